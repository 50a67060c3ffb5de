/* A compiled model as a program: WAV files in, one line of JSON a file out.
 *
 *     PROGRAM FILE.wav...    answer each file; bad ones are reported on stderr, and the exit status is then 1
 *     PROGRAM --features FILE.wav...    print the features of each segment instead, to nine digits: all bits of a float
 *     PROGRAM --one-voice FILE.wav...   of a model that follows a voice: the files are one person's, in this order
 *     PROGRAM --golden       replay the sounds that were recorded with the model, and compare
 *     PROGRAM --help | --version
 *
 * It walks the same steps as Python: read, mix, inspect; ut_clip does the rest. model.h says which model. This file
 * alone allocates, reads and prints.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

typedef struct {
    float *samples; /* mono, owned */
    size_t count;
    uint32_t rate, flags;
} sound;

typedef struct {
    size_t segments;
    double *begin_s, *end_s; /* owned, one a segment */
    float *scores;           /* owned, MODEL_LABELS a segment, then MODEL_LABELS of the whole */
} answer;

/* Memory or the end: a program that answers files has nothing better to do without it. */
static void *need(size_t count, size_t size) {
    void *memory = size && count > SIZE_MAX / size ? NULL : malloc(count * size + 1);
    if (!memory) {
        fprintf(stderr, "error: out of memory (%zu times %zu bytes)\n", count, size);
        exit(1);
    }
    return memory;
}

static void forget(answer *a) {
    free(a->begin_s);
    free(a->end_s);
    free(a->scores);
    memset(a, 0, sizeof *a);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* All bytes of a file, or NULL with errno set. */
static unsigned char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    size_t room = 1 << 16, used = 0;
    unsigned char *bytes = need(room, 1);
    for (;;) {
        size_t got = fread(bytes + used, 1, room - used, file);
        used += got;
        if (got == 0) break;
        if (used == room) {
            unsigned char *more = need(room, 2);
            memcpy(more, bytes, used);
            free(bytes);
            bytes = more;
            room *= 2;
        }
    }
    if (ferror(file)) {
        int why = errno;
        free(bytes);
        fclose(file);
        errno = why;
        return NULL;
    }
    fclose(file);
    *size = used;
    return bytes;
}

/* Bytes of a WAV file to mono sound. */
static ut_status decode(const unsigned char *bytes, size_t size, sound *s) {
    ut_wav wav;
    ut_status status = ut_wav_open(bytes, size, &wav);
    if (status != UT_OK) return status;
    float *interleaved = need(wav.frames, wav.channels * sizeof(float));
    ut_wav_read(&wav, 0, wav.frames, interleaved);
    ut_mix(interleaved, wav.frames, wav.channels, interleaved);
    *s = (sound){interleaved, wav.frames, wav.rate, 0};
    if (!ut_finite(s->samples, s->count)) return UT_NOT_FINITE;
    s->flags = ut_inspect(s->samples, s->count, wav.rate, wav.channels);
    return UT_OK;
}

/* ---- answering -------------------------------------------------------------------------------------------------- */

#ifdef MODEL_FOLLOWS
static model_voice voice; /* of one person, when asked for */
static uint32_t known;    /* segments of it, before the last answer */
static int follows;
#endif

static ut_status judge(const sound *s, void *work, size_t bytes, float *rows, float *scores) {
#ifdef MODEL_FOLLOWS
    known = voice.segments;
    if (follows) return model_voice_clip(s->samples, s->count, s->rate, work, bytes, &voice, rows, scores);
#endif
    return ut_clip(&MODEL, s->samples, s->count, s->rate, work, bytes, rows, scores);
}

static ut_status answer_sound(const sound *s, answer *a) {
    memset(a, 0, sizeof *a);
    const size_t bytes = ut_clip_bytes(&MODEL, s->count, s->rate);
    if (bytes == 0) return UT_BAD_RATE;
    a->segments = ut_clip_segments(&MODEL, s->count, s->rate);
    a->begin_s = need(a->segments, sizeof(double));
    a->end_s = need(a->segments, sizeof(double));
    a->scores = need(a->segments + 1, MODEL_LABELS * sizeof(float));
    void *work = need(bytes, 1);
    ut_status status = judge(s, work, bytes, a->scores, a->scores + a->segments * MODEL_LABELS);
    free(work);
    for (size_t i = 0; status == UT_OK && i < a->segments; i++) {
        size_t begin, end;
        ut_clip_place(&MODEL, s->count, s->rate, i, &begin, &end);
        a->begin_s[i] = (double)begin / (double)ut_rate(&MODEL.settings);
        a->end_s[i] = (double)end / (double)ut_rate(&MODEL.settings);
    }
    return status;
}

/* ---- features ---------------------------------------------------------------------------------------------------- */

/* ,"segments":[[...],...]: what the network is given, before it is scaled. */
static ut_status print_features(const sound *s) {
    const ut_settings *settings = &MODEL.settings;
    const uint32_t rate = ut_rate(settings);
    const size_t plan_bytes = ut_features_plan_bytes(settings), filter_bytes = ut_resample_plan_bytes(s->rate, rate);
    if (filter_bytes == 0) return UT_BAD_RATE;
    const size_t count = ut_resample_count(s->count, s->rate, rate), bytes = ut_features_scratch_bytes(settings, count);
    void *plan = need(plan_bytes, 1), *filter = need(filter_bytes, 1), *scratch = need(bytes, 1);
    float *samples = need(count, sizeof(float)), *out = need(ut_feature_count(settings), sizeof(float));
    ut_status status = ut_resample_plan(s->rate, rate, filter, filter_bytes);
    if (status == UT_OK) status = ut_features_plan(settings, plan, plan_bytes);
    if (status == UT_OK) ut_resample(filter, s->samples, s->count, samples);
    printf(",\"segments\":[");
    for (size_t i = 0; status == UT_OK && i < ut_segment_count(settings, count); i++) {
        size_t begin, end;
        ut_segment(settings, count, i, &begin, &end);
        status = ut_features(plan, samples + begin, end - begin, scratch, bytes, out);
        for (size_t n = 0; n < ut_feature_count(settings); n++) printf("%s%.9g", n ? "," : i ? ",[" : "[", (double)out[n]);
        putchar(']');
    }
    putchar(']');
    free(plan);
    free(filter);
    free(scratch);
    free(samples);
    free(out);
    return status;
}

/* ---- printing --------------------------------------------------------------------------------------------------- */

static void print_string(const char *text) {
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

/* "label":...,"scores":{...} */
static void print_scores(const float *scores) {
    const int best = ut_best(&MODEL, scores);
    printf("\"label\":");
    print_string(best < 0 ? "unknown" : MODEL.label_names[best]);
    printf(",\"scores\":{");
    for (size_t c = 0; c < MODEL_LABELS; c++) {
        if (c) putchar(',');
        print_string(MODEL.label_names[c]);
        printf(":%.9g", (double)scores[c]);
    }
    putchar('}');
}

/* Seconds with at most four decimals, at least one. */
static void print_seconds(double seconds) {
    char text[64];
    int length = snprintf(text, sizeof text, "%.4f", seconds);
    while (length > 2 && text[length - 1] == '0' && text[length - 2] != '.') text[--length] = 0;
    fputs(text, stdout);
}

static void print_answer(const char *path, const answer *a, uint32_t flags) {
    printf("{\"file\":");
    print_string(path);
    putchar(',');
    print_scores(a->scores + a->segments * MODEL_LABELS);
    printf(",\"segments\":[");
    for (size_t i = 0; i < a->segments; i++) {
        printf("%s{\"begin\":", i ? "," : "");
        print_seconds(a->begin_s[i]);
        printf(",\"end\":");
        print_seconds(a->end_s[i]);
        putchar(',');
        print_scores(a->scores + i * MODEL_LABELS);
        putchar('}');
    }
    printf("],\"notes\":[");
    const char *comma = "";
    for (uint32_t flag = 1; flag < UT_NOTE_END; flag <<= 1) {
        if (!(flags & flag)) continue;
        fputs(comma, stdout);
        print_string(ut_note_text(flag));
        comma = ",";
    }
    printf("],\"model\":{\"name\":");
    print_string(MODEL.name);
    printf(",\"sha256\":\"%s\"}", MODEL.sha256);
#ifdef MODEL_FOLLOWS
    if (follows) printf(",\"voice\":{\"segments\":%u}", (unsigned)known);
#endif
    puts("}");
    fflush(stdout);
}

/* ---- what is asked ---------------------------------------------------------------------------------------------- */

/* {"file":...,"segments":[...]} */
static ut_status show_features(const char *path, const sound *s) {
    printf("{\"file\":");
    print_string(path);
    ut_status status = print_features(s);
    puts("}");
    return status;
}

/* Answer one file, or show its features; 1 when it cannot be done. */
static int answer_file(const char *path, int features) {
    size_t size = 0;
    unsigned char *bytes = read_file(path, &size);
    if (!bytes) {
        fprintf(stderr, "error: %s: cannot be read: %s\n", path, strerror(errno));
        return 1;
    }
    sound s = {0};
    answer a = {0};
    ut_status status = size ? decode(bytes, size, &s) : UT_EMPTY;
    free(bytes);
    if (status == UT_OK) status = features ? show_features(path, &s) : answer_sound(&s, &a);
    if (status == UT_OK && !features) {
        for (uint32_t flag = 1; flag < UT_NOTE_END; flag <<= 1)
            if (s.flags & flag) fprintf(stderr, "note: %s: %s\n", path, ut_note_text(flag));
        print_answer(path, &a, s.flags);
    } else if (status != UT_OK) {
        fprintf(stderr, "error: %s: %s; this program answers whole WAV files (PCM or float, %u to %u Hz)\n", path,
                size ? ut_status_text(status) : "the file is empty", UT_MIN_RATE, UT_MAX_RATE);
    }
    forget(&a);
    free(s.samples);
    return status != UT_OK;
}

/* Replay one recorded sound; 1 when features or scores differ from what was recorded. */
static int replay(const ut_golden *g) {
    sound s = {need(g->count, sizeof(float)), g->count, g->rate, 0};
    for (size_t i = 0; i < g->count; i++) s.samples[i] = (float)g->pcm[i] / 32768.0f;
    answer a;
    ut_status status = answer_sound(&s, &a);
    double gap = 0;
    if (status == UT_OK && a.segments == g->segments)
        for (size_t c = 0; c < MODEL_LABELS; c++)
            gap = fmax(gap, fabs((double)a.scores[a.segments * MODEL_LABELS + c] - (double)g->scores[c]));
    const int wrong = status != UT_OK || a.segments != g->segments || !(gap <= (double)UT_GOLDEN_TOLERANCE);
    printf("golden %s: scores differ by %.2g at most, accepted 0.001: %s\n", g->name, gap, wrong ? "WRONG" : "right");
    forget(&a);
    free(s.samples);
    return wrong;
}

static int replay_all(void) {
    int wrong = 0;
    for (size_t i = 0; i < MODEL_GOLDEN_COUNT; i++) wrong |= replay(&MODEL_GOLDEN[i]);
    return wrong;
}

static int help(FILE *to, const char *program) {
    fprintf(to, "usage: %s FILE.wav...\n", program);
    fputs("Says which emotion each recording sounds like: one line of JSON a file.\n\n"
          "  --features FILE.wav...   print each segment's features instead\n"
#ifdef MODEL_FOLLOWS
          "  --one-voice FILE.wav...  the files are of one person, in this order: each is answered by what the ones\n"
          "                           before it told of the voice, assumed that they cover the ways of speaking evenly\n"
#endif
          "  --golden   replay the sounds recorded with the model, and compare\n"
          "  --version  print the model's name and SHA-256\n"
          "  --help     print this\n\nlabels:",
          to);
    for (size_t c = 0; c < MODEL_LABELS; c++) fprintf(to, " %s", MODEL.label_names[c]);
    fputc('\n', to);
    return to == stderr ? 2 : 0;
}

int main(int argc, char **argv) {
    const char *program = argc ? argv[0] : "program";
    if (argc < 2) return help(stderr, program);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) return help(stdout, program);
    if (!strcmp(argv[1], "--version")) return printf("%s %s\n", MODEL.name, MODEL.sha256) < 0;
    if (!strcmp(argv[1], "--golden")) return replay_all();
    int failed = 0;
    const int features = !strcmp(argv[1], "--features");
    int first = 1 + features;
#ifdef MODEL_FOLLOWS
    follows = !strcmp(argv[1], "--one-voice");
    first += follows;
    model_new_voice(&voice);
#endif
    if (first == argc) return help(stderr, program);
    for (int i = first; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] == '-') {
            fprintf(stderr, "error: unknown option %s; see %s --help\n", argv[i], program);
            return 2;
        }
        failed |= answer_file(argv[i], features);
    }
    return failed;
}
