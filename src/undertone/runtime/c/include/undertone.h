/* undertone.h: the front end, from recorded sound to the numbers that a network sees.
 *
 * Python (by ctypes) and every compiled program run these same functions in this order:
 *
 *     ut_wav_open, ut_wav_read   bytes of a WAV file      -> interleaved float samples (Python decodes with libsndfile)
 *     ut_mix                     interleaved samples      -> mono
 *     ut_finite, ut_inspect      mono                     -> refuse NaN, infinity, huge samples; notes for the listener
 *     ut_resample                mono at any rate         -> mono at ut_rate(settings)
 *     ut_segment                 how many samples         -> where segment i begins and ends
 *     ut_features                samples of one segment   -> energy trim, then ut_feature_count(settings) numbers
 *
 * The library is freestanding C11: no libc, no allocation, no global state. The caller owns all memory: a function that
 * needs a buffer has a twin that tells its size in bytes. Buffers may have any alignment. A prepared plan is read only
 * and may be shared by threads; scratch belongs to one call. Results do not depend on the vector width that the code was
 * compiled for: build with -ffp-contract=off and all machines with IEEE arithmetic give the same bits.
 */
#ifndef UNDERTONE_H
#define UNDERTONE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(UT_SHARED)
#define UT_API __declspec(dllexport)
#elif defined(UT_SHARED)
#define UT_API __attribute__((visibility("default")))
#else
#define UT_API
#endif

/* What a function answers; 0 is success. ut_status_text gives the words. */
typedef enum ut_status {
    UT_OK = 0,
    UT_BAD_SETTINGS = 1, /* a setting is unknown or out of range */
    UT_BAD_RATE = 2,     /* a sample rate is outside UT_MIN_RATE .. UT_MAX_RATE */
    UT_EMPTY = 3,        /* no samples, or none left after the article's offset of 0.6 s */
    UT_SMALL_BUFFER = 4, /* a buffer is smaller than its size query said */
    UT_NOT_WAV = 5,      /* the bytes are not a RIFF/WAVE file */
    UT_BAD_WAV = 6,      /* a RIFF/WAVE file that is cut short or contradicts itself */
    UT_WAV_CODEC = 7,    /* a WAV file with a sample format other than PCM 8/16/24/32 or float 32/64 */
    UT_NOT_FINITE = 8    /* a sample is NaN, infinite or beyond UT_LARGEST_SAMPLE */
} ut_status;

/* English words for a status, without a full stop; never NULL. */
UT_API const char *ut_status_text(ut_status status);

/* ---- sound ---------------------------------------------------------------------------------------------------- */

#define UT_MIN_RATE 1000u
#define UT_MAX_RATE 384000u

/* A WAV file in memory; `data` points into the caller's bytes. */
typedef struct ut_wav {
    uint32_t rate;         /* samples per second */
    uint32_t channels;     /* 1 .. 1024 */
    uint32_t sample_bytes; /* 1, 2, 3, 4 or 8 */
    uint32_t is_float;     /* 1: IEEE float, 0: PCM */
    size_t frames;         /* samples per channel */
    const uint8_t *data;
} ut_wav;

/* Find format and sound in the bytes of a WAV file: UT_OK, UT_NOT_WAV, UT_BAD_WAV, UT_WAV_CODEC, UT_EMPTY or UT_BAD_RATE. */
UT_API ut_status ut_wav_open(const void *bytes, size_t size, ut_wav *wav);

/* Convert `frames` frames from `first` on to interleaved float samples (frames * channels of them), as libsndfile does:
 * integers are divided by 2^(bits-1). The range must lie inside wav->frames. */
UT_API void ut_wav_read(const ut_wav *wav, size_t first, size_t frames, float *interleaved);

/* Mean of all channels: frames * channels samples in, frames samples out. `out` may be `interleaved`. */
UT_API void ut_mix(const float *interleaved, size_t frames, uint32_t channels, float *out);

/* The largest sample that is answered; full scale is 1. Far above it the energies leave the range of a float. */
#define UT_LARGEST_SAMPLE 1e12f

/* 1 if every sample is a number, and none is beyond UT_LARGEST_SAMPLE on either side; else 0. */
UT_API int ut_finite(const float *samples, size_t count);

/* What makes an answer doubtful. A clip may have several: the flags are bits. */
enum {
    UT_NOTE_SHORT = 1,      /* shorter than 0.25 s */
    UT_NOTE_SILENT = 2,     /* every sample is zero */
    UT_NOTE_CLIPPED = 4,    /* three or more neighbouring samples at full scale, with one sign */
    UT_NOTE_HIGH_RATE = 8,  /* rate above 48000 Hz */
    UT_NOTE_CHANNELS = 16,  /* more than two channels were mixed */
    UT_NOTE_END = 32        /* one past the last flag: for (f = 1; f < UT_NOTE_END; f <<= 1) visits all in order */
};

/* The flags of a mono clip at the rate and with the channels that the file had. */
UT_API uint32_t ut_inspect(const float *samples, size_t count, uint32_t rate, uint32_t channels);

/* English words for one flag; NULL for a number that is not a flag. */
UT_API const char *ut_note_text(uint32_t flag);

/* ---- resampling ------------------------------------------------------------------------------------------------ */

/* ceil(count * rate_out / rate_in) */
UT_API size_t ut_resample_count(size_t count, uint32_t rate_in, uint32_t rate_out);

/* Bytes of the plan (the filter's table) for one pair of rates; 0 if a rate is out of range. */
UT_API size_t ut_resample_plan_bytes(uint32_t rate_in, uint32_t rate_out);

/* Fill a plan: UT_OK, UT_BAD_RATE or UT_SMALL_BUFFER. */
UT_API ut_status ut_resample_plan(uint32_t rate_in, uint32_t rate_out, void *plan, size_t bytes);

/* Windowed-sinc resampling of `count` samples into ut_resample_count(...) samples; equal rates copy the bits.
 * Sound before the first and after the last sample counts as zero. `out` must not overlap `samples`. */
UT_API void ut_resample(const void *plan, const float *samples, size_t count, float *out);

/* The same for sound that is still coming in: feed any number of samples (how many were consumed comes back; less than
 * `count` when outputs wait), take up to `count` outputs that are ready; the bits are those of ut_resample on the whole
 * clip. The state lies in the caller's buffer of ut_resample_stream_bytes. */
UT_API size_t ut_resample_stream_bytes(uint32_t rate_in, uint32_t rate_out); /* 0 if a rate is out of range */
UT_API ut_status ut_resample_stream_start(const void *plan, void *state, size_t bytes);
UT_API size_t ut_resample_stream_feed(const void *plan, void *state, const float *samples, size_t count);
UT_API void ut_resample_stream_end(const void *plan, void *state);
UT_API size_t ut_resample_stream_take(const void *plan, void *state, float *out, size_t count);

/* ---- features -------------------------------------------------------------------------------------------------- */

/* ut_settings.feature_set, and how many there are */
enum { UT_ARTICLE_V1 = 1, UT_POOLEDLOG_V1 = 2, UT_MELPITCH_V1 = 3, UT_POOLEDLOG_V2 = 4, UT_VOICE_V1 = 5, UT_FEATURE_SETS = 5 };
enum { UT_GRID = 0, UT_ARTICLE_WINDOW = 1, UT_WHOLE = 2 }; /* ut_settings.segmentation */

typedef struct ut_settings {
    uint32_t feature_set;  /* one of the above */
    uint32_t segmentation; /* UT_GRID: pieces of segment_s; UT_ARTICLE_WINDOW: 0.6 s to 3.1 s, not trimmed; UT_WHOLE: all */
    float segment_s;       /* seconds, 0.1 .. 3600; used by UT_GRID */
    float trim_db;         /* drop the edges that lie this far below the loudest frame; 0: keep all */
} ut_settings;

/* The rate in Hz that a feature set wants; 0 if the settings are not valid. */
UT_API uint32_t ut_rate(const ut_settings *settings);

/* How many numbers one segment gives: ut_feature_rows times ut_feature_columns, then ut_feature_statistics; 0 if the
 * settings are not valid.
 * UT_ARTICLE_V1, UT_POOLEDLOG_V1 and _V2 give one row. UT_MELPITCH_V1 (melpitch.v1 below with its default bands, and this
 * trim_db) gives 66 columns and always the same number of rows: a multiple of eight that holds the longest segment of
 * the grid. A shorter sequence is repeated end to end; of a longer one (UT_WHOLE) the middle is taken. UT_VOICE_V1 gives
 * the same rows, then the numbers of UT_POOLEDLOG_V2, which are its statistics; the others have none. */
UT_API size_t ut_feature_count(const ut_settings *settings);
UT_API size_t ut_feature_rows(const ut_settings *settings);
UT_API size_t ut_feature_columns(const ut_settings *settings);
UT_API size_t ut_feature_statistics(const ut_settings *settings);

/* How many segments `count` samples at ut_rate(settings) give; 0 if there is nothing to look at. */
UT_API size_t ut_segment_count(const ut_settings *settings, size_t count);

/* Segment i is samples[*begin .. *end). */
UT_API void ut_segment(const ut_settings *settings, size_t count, size_t i, size_t *begin, size_t *end);

/* The part samples[*begin .. *end) that is left when the quiet edges go: equal to librosa.effects.trim with
 * frames of 2048, hops of 512 and the loudest frame as reference. trim_db 0 keeps all. */
UT_API void ut_trim(const float *samples, size_t count, float trim_db, size_t *begin, size_t *end);

/* Bytes of the plan (window, twiddles, filters) for valid settings, else 0; and the call that fills it. */
UT_API size_t ut_features_plan_bytes(const ut_settings *settings);
UT_API ut_status ut_features_plan(const ut_settings *settings, void *plan, size_t bytes);

/* Bytes of scratch with which ut_features is fastest on a segment of `count` samples; and the least that it can do with:
 * article.v1 has a form that needs the same for any length, in about twice the time. The numbers have the same bits. */
UT_API size_t ut_features_scratch_bytes(const ut_settings *settings, size_t count);
UT_API size_t ut_features_least_bytes(const ut_settings *settings, size_t count);

/* Trim one segment, then compute its features into out[0 .. ut_feature_count): UT_OK, UT_EMPTY or UT_SMALL_BUFFER. */
UT_API ut_status ut_features(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes, float *out);

/* The same for a recording that is still coming in, with UT_GRID: feed samples at ut_rate(settings), take the vectors of
 * finished segments; the bits are those of ut_segment and ut_features on the whole recording, however it was cut into
 * pieces. The state lies in the caller's buffer of ut_stream_bytes (0: the settings have no bounded segments), or of no
 * less than ut_stream_least_bytes: see ut_features_least_bytes. */
UT_API size_t ut_stream_bytes(const ut_settings *settings);
UT_API size_t ut_stream_least_bytes(const ut_settings *settings);
UT_API ut_status ut_stream_start(const void *plan, void *state, size_t bytes);

/* How many of the samples were consumed; less than `count` when a segment waits to be taken. */
UT_API size_t ut_stream_feed(const void *plan, void *state, const float *samples, size_t count);

/* No more samples will come: the last segment becomes ready. */
UT_API void ut_stream_end(const void *plan, void *state);

/* 1 and one segment's numbers with its place in samples of the recording, or 0 if none is ready. */
UT_API int ut_stream_take(const void *plan, void *state, float *out, uint64_t *begin, uint64_t *end);

/* ---- logmel.v1 ------------------------------------------------------------------------------------------------- */

#define UT_LOGMEL_RATE 16000u

typedef struct ut_logmel_settings {
    uint32_t bands; /* 1 .. 256 */
    uint32_t hop;   /* samples from frame to frame, 1 .. 512 */
    float low_hz;   /* edges of the lowest and the highest triangle: 0 <= low_hz < high_hz <= 8000 */
    float high_hz;
} ut_logmel_settings;

/* Frames of `count` samples at 16 kHz: 1 + count / hop; 0 for no samples or settings that are not valid. */
UT_API size_t ut_logmel_frame_count(const ut_logmel_settings *settings, size_t count);

UT_API size_t ut_logmel_plan_bytes(const ut_logmel_settings *settings);
UT_API ut_status ut_logmel_plan(const ut_logmel_settings *settings, void *plan, size_t bytes);
UT_API size_t ut_logmel_scratch_bytes(const ut_logmel_settings *settings);

/* ln(mel energy + 1e-8) into out[frame * bands + band]: UT_OK, UT_EMPTY or UT_SMALL_BUFFER. */
UT_API ut_status ut_logmel(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes, float *out);

/* The same for sound that is still coming in: feed any number of samples, take up to `frames` frames that are ready;
 * the bits are those of ut_logmel on the whole clip. A full state waits for ut_logmel_stream_take. */
UT_API size_t ut_logmel_stream_bytes(const ut_logmel_settings *settings);
UT_API ut_status ut_logmel_stream_start(const void *plan, void *state, size_t bytes);
UT_API size_t ut_logmel_stream_feed(const void *plan, void *state, const float *samples, size_t count);
UT_API void ut_logmel_stream_end(const void *plan, void *state);
UT_API size_t ut_logmel_stream_take(const void *plan, void *state, float *out, size_t frames);

/* ---- melpitch.v1 ----------------------------------------------------------------------------------------------- */

typedef struct ut_melpitch_settings {
    ut_logmel_settings mel;
    float trim_db; /* drop the edges that lie this far below the loudest frame, but for two frames; 0: keep all */
    float floor;   /* bands are raised to the clip's largest band less so many nats; more than 0, at most 100 */
} ut_melpitch_settings;

/* Frames of `count` samples at 16 kHz: 1 + count / hop; 0 for no samples or settings that are not valid. */
UT_API size_t ut_melpitch_frame_count(const ut_melpitch_settings *settings, size_t count);

/* Numbers of one frame: bands of ln(mel energy + 1e-8), loudness ln(sum of the mel energies + 1e-8), f0 in Hz, voicing
 * 0 .. 1, rms, zero-crossing rate. And of one row of the sequence: bands, relative pitch, voicing. */
UT_API size_t ut_melpitch_frame_width(const ut_melpitch_settings *settings);
UT_API size_t ut_melpitch_width(const ut_melpitch_settings *settings);

UT_API size_t ut_melpitch_plan_bytes(const ut_melpitch_settings *settings);
UT_API ut_status ut_melpitch_plan(const ut_melpitch_settings *settings, void *plan, size_t bytes);
UT_API size_t ut_melpitch_frames_scratch_bytes(const ut_melpitch_settings *settings);

/* All frames of a clip into out[frame * ut_melpitch_frame_width + i]: UT_OK, UT_EMPTY or UT_SMALL_BUFFER. */
UT_API ut_status ut_melpitch_frames(const void *plan, const float *samples, size_t count, void *scratch, size_t bytes,
                                    float *out);

/* The same frames of sound that is still coming in, as ut_logmel_stream_... gives those of logmel.v1; a frame is ready 513
 * samples after its centre. */
UT_API size_t ut_melpitch_stream_bytes(const ut_melpitch_settings *settings);
UT_API ut_status ut_melpitch_stream_start(const void *plan, void *state, size_t bytes);
UT_API size_t ut_melpitch_stream_feed(const void *plan, void *state, const float *samples, size_t count);
UT_API void ut_melpitch_stream_end(const void *plan, void *state);
UT_API size_t ut_melpitch_stream_take(const void *plan, void *state, float *out, size_t frames);

/* From all frames of a clip to its sequence: trimmed, floored, each band less its mean by loudness. Answers the rows
 * written to out[row * ut_melpitch_width + i], at most `count`. This step needs the whole clip and cannot stream. */
UT_API size_t ut_melpitch_normalise(const void *plan, const float *frames, size_t count, float *out);

/* ---- identity -------------------------------------------------------------------------------------------------- */

/* SHA-256 (hex) of the sources that the library was built from, and its instruction set; for the loader's check. */
UT_API const char *ut_source_hash(void);
UT_API const char *ut_variant(void);

#ifdef __cplusplus
}
#endif
#endif
