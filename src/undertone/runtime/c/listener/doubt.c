/* doubt.c: a segment unlike those of the training softens its own answer; evaluation/doubt.py says why, and does the same.
 *
 * Strangeness is the root mean square of a segment's numbers, each standardised by the training segments. The numbers of
 * a vector are its scaled features; those of a sequence are each column's mean and log variance over time. Where statistics
 * stand behind a sequence, they alone are looked at, as a vector. A segment that is shorter than training recordings are
 * softens its answer too.
 */
#include "../frontend/mathd.h"
#include "score.h"

#define FAINTEST 1e-8

static double square_of(double value, float mean, float inv_scale) {
    const double z = (value - (double)mean) * (double)inv_scale;
    return z * z;
}

static double column_squares(const ut_doubt *doubt, const float *x, size_t rows, size_t columns) {
    double sum = 0.0;
    for (size_t c = 0; c < columns; c++) {
        double mean = 0.0, variance = 0.0;
        for (size_t r = 0; r < rows; r++) mean += (double)x[r * columns + c];
        mean /= (double)rows;
        for (size_t r = 0; r < rows; r++) {
            const double away = (double)x[r * columns + c] - mean;
            variance += away * away;
        }
        const double spread = ut_log_d(variance / (double)rows + FAINTEST);
        sum += square_of(mean, doubt->mean[c], doubt->inv_scale[c]);
        sum += square_of(spread, doubt->mean[columns + c], doubt->inv_scale[columns + c]);
    }
    return sum / (double)(2 * columns);
}

double ut_softening(const ut_doubt *doubt, const float *x, size_t rows, size_t columns, double seconds) {
    if (!(doubt->limit > 0.0)) return 1.0;
    const double squares = doubt->mean ? column_squares(doubt, x, rows, columns) : ut_mean_square(x, rows * columns);
    const double beyond = ut_sqrt_d(squares) / doubt->limit;
    return (beyond > 1.0 ? beyond : 1.0) * ut_shortness(doubt, seconds);
}

double ut_mean_square(const float *x, size_t count) {
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) squares += (double)x[i] * (double)x[i];
    return squares / (double)count;
}

double ut_shortness(const ut_doubt *doubt, double seconds) {
    const double shorter = doubt->usual_s / seconds;
    return shorter > 1.0 ? ut_sqrt_d(shorter) : 1.0;
}

int ut_best(const ut_model *model, const float *scores) {
    size_t best = 0;
    for (size_t c = 1; c < model->labels; c++) best = scores[c] > scores[best] ? c : best;
    return scores[best] < model->unknown_below ? -1 : (int)best;
}
