"""A model (bundle, .h5, .keras, .onnx) to an artefact; the compiler below gets plain values, never a bundle."""

from undertone.deployment.artefact import Artefact
from undertone.deployment.compile import compile_model, compile_request
from undertone.deployment.hearing import bundle_parts
from undertone.deployment.parts import ProgramParts
from undertone.deployment.request import Request

__all__ = ["Artefact", "ProgramParts", "Request", "bundle_parts", "compile_model", "compile_request"]
