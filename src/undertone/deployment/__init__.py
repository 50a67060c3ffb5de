"""A model (bundle, .h5, .keras, .onnx) to an artefact; the compiler below gets plain values, never a bundle."""

from undertone.deployment.artefact import Artefact
from undertone.deployment.compile import compile_model
from undertone.deployment.hearing import bundle_parts
from undertone.deployment.parts import ProgramParts

__all__ = ["Artefact", "ProgramParts", "bundle_parts", "compile_model"]
