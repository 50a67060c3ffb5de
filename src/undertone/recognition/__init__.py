"""A bundle and a recording to a calibrated answer with a timeline."""

from undertone.recognition.answer import to_json
from undertone.recognition.predict import predict_clip, predict_file

__all__ = ["predict_clip", "predict_file", "to_json"]
