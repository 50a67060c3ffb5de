/* check.c: golden vectors, replayed through the stream. */
#include "score.h"

typedef struct heard {
    float *segment, *scores; /* of the segment just taken, of the whole so far */
    double weight;
    size_t segments;
} heard;

static void take_results(const ut_model *model, void *state, heard *h) {
    uint64_t begin, end;
    while (ut_listen_result(model, state, h->segment, &begin, &end)) {
        ut_score_join(h->segment, model->labels, (double)(end - begin), h->weight, h->scores);
        h->weight += (double)(end - begin);
        h->segments++;
    }
}

static ut_status listen_to(const ut_model *model, void *state, size_t bytes, const ut_golden *golden, heard *h) {
    const ut_status status = ut_listen_start(model, state, bytes);
    h->weight = 0.0;
    h->segments = 0;
    for (size_t c = 0; c < model->labels; c++) h->scores[c] = 0.0f;
    for (size_t done = 0; status == UT_OK && done < golden->count;) {
        done += ut_listen_feed_pcm(model, state, golden->pcm + done, golden->count - done);
        take_results(model, state, h);
    }
    if (status == UT_OK) {
        ut_listen_end(model, state);
        take_results(model, state, h);
    }
    return status;
}

static float difference(const float *a, const float *b, size_t count) {
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        const float gap = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
        if (!(gap <= largest)) largest = gap; /* NaN is the largest */
    }
    return largest;
}

int ut_listen_check(const ut_model *model, void *state, size_t bytes, const ut_golden *golden, size_t count,
                    float *work, float *largest) {
    int replayed = 0, wrong = 0;
    heard h = {.segment = work, .scores = work + model->labels};
    *largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        if (golden[i].rate != model->rate) continue;
        if (listen_to(model, state, bytes, &golden[i], &h) != UT_OK) return -1;
        const float gap = difference(h.scores, golden[i].scores, model->labels);
        if (!(gap <= *largest)) *largest = gap;
        wrong += h.segments != golden[i].segments || !(gap <= UT_GOLDEN_TOLERANCE);
        replayed++;
    }
    return replayed ? wrong : -1;
}
