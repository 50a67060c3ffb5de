"""What a network is worth on voices that it never heard, and what the tutorials would have claimed.

    python benchmarks/accuracy.py                       train what is not recorded yet, then print the table
    python benchmarks/accuracy.py --recorded            print the recorded figures
    python benchmarks/accuracy.py --model compact --seeds 5
    python benchmarks/accuracy.py --model tiny --teachers 4      it learns from four networks of compact's kind
    python benchmarks/accuracy.py --model compact --hearing 0.5  its networks hear copies in noise and rooms
    python benchmarks/accuracy.py --json                one JSON object

Each trained fold leaves one line in benchmarks/rows/MODEL.jsonl (committed): a run that was stopped goes on from there.
Lines of other recipes are not counted. TESS and RAVDESS are not in the repository: their place is ../shared/corpora or
$UNDERTONE_CORPORA; a corpus that is not there is named and left out. Folds run side by side, one thread each.

The figure of several seeds is the mean of their UARs, each over all test clips of all folds; because every seed judges
the same clips, that is the UAR of all answers together, and so is the interval over speakers.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "benchmarks" / "cache"
SINGLE = {"emodb": "emodb.loso", "ravdess": "ravdess.6fold", "tess": "tess.cross"}
HONEST = {**SINGLE, "english": "english.6fold"}  # RAVDESS and TESS under seven classes: for the bundle that ships
FOLDS = {"emodb": 10, "ravdess": 6, "tess": 2, "english": 6}
# One thread a process: two trainings side by side finish sooner than one after the other on two threads each.
THREADS = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "OMP_NUM_THREADS": "1"}


@dataclasses.dataclass(frozen=True)
class Variant:
    """What a recipe has beyond the usual one: networks that teach, copies that networks hear."""

    teachers: int = 0
    hearing: float = 0.0


USUAL = Variant()


@dataclasses.dataclass(frozen=True)
class Job:
    """One training: a fold of an honest protocol, or a corpus's tutorial split (fold None)."""

    model: str
    corpus: str
    fold: int | None
    seed: int
    variant: Variant = USUAL

    @property
    def settings(self):
        return settings_for(self.model, self.corpus, self.seed, self.variant)

    @property
    def name(self) -> str:
        return f"{self.corpus}-{self.seed}-{'tutorial' if self.fold is None else self.fold}"


def rows_file(model: str) -> Path:
    return ROOT / "benchmarks" / "rows" / f"{model}.jsonl"


def place(corpus: str) -> str | None:
    if corpus == "emodb":
        return corpus
    if corpus == "english":
        return corpus if place("ravdess") and place("tess") else None
    folder = Path(os.environ.get("UNDERTONE_CORPORA", ROOT.parent / "shared" / "corpora")) / corpus
    return str(folder) if folder.is_dir() else None


def settings_for(model: str, corpus: str, seed: int, variant: Variant = USUAL):
    from undertone.experiment import settings_from
    from undertone.models import MODELS

    values = {"corpus": corpus, "model": model, "train": {"seed": seed}, "sequence": {"seed": seed}}
    if corpus == "english":  # twice the clips of RAVDESS: half the epochs
        values["sequence"]["epochs"] = 30
    elif MODELS[model].sequence:  # it learns from the other two corpora first where the corpus itself has few voices
        values["others"] = [place(other) or other for other in SINGLE if other != corpus]
    values |= {"distil": {"teachers": variant.teachers}, "hearing": {"copies": variant.hearing}}
    return settings_from(values, where="benchmark")


def load(corpus: str):
    from undertone.corpora import load
    from undertone.corpora.joined import join

    return join(corpus, lambda part: load(place(part))) if corpus == "english" else load(place(corpus))


def features_of(model: str, corpus: str, seed: int, variant: Variant = USUAL):
    from undertone.experiment.rows import cached
    from undertone.models import MODELS

    CACHE.mkdir(exist_ok=True)
    kind = "pooled" if MODELS[model].over_statistics else model  # they learn from the same rows
    name = f"{corpus}-{model}-{seed}.npz" if MODELS[model].chooses else f"{corpus}-{kind}-sound.npz"
    name = name.replace("sound", "heard") if variant.hearing else name
    return cached(load(corpus), settings_for(model, corpus, seed, variant), CACHE / name)


def others_of(job: Job, corpus, folds):
    from undertone.experiment.others import NONE, learn_from_others

    settings = job.settings
    if not settings.others or job.fold is None:
        return NONE
    return learn_from_others(corpus, folds, settings, runs(job) / f"others-{job.corpus}-{job.seed}")


def runs(job: Job) -> Path:
    """Where its networks are trained; they do not hear the copies of the line."""
    return CACHE / "runs" / job.settings.of_networks.recipe


def work(job: Job) -> dict:
    """Train one job and return its line; of a fold, what `weighed` will make of it together with the others."""
    from undertone.config import to_dict
    from undertone.corpora import PROTOCOLS
    from undertone.experiment.protocol import answer_fold
    from undertone.experiment.tutorial import tutorial_figures

    settings = job.settings
    corpus, rows = load(job.corpus), features_of(job.model, job.corpus, job.seed, job.variant)
    run = runs(job) / job.name  # kept: a killed training resumes
    line = {"job": job.name, "settings": settings.recipe}
    if job.fold is None:
        return {**line, "tutorial": to_dict(tutorial_figures(corpus, rows, settings, run))}
    kept = run / f"answers-{settings.recipe}.json"
    if not kept.is_file():
        fold = PROTOCOLS[HONEST[job.corpus]](corpus)[job.fold]
        others = others_of(job, corpus, [fold])
        answers = answer_fold(corpus, rows, fold, settings, run, protocol=HONEST[job.corpus], others=others)
        kept.write_text(json.dumps(to_dict(answers), ensure_ascii=False), encoding="utf-8")
    return {**line, "answers": json.loads(kept.read_text(encoding="utf-8"))}


def jobs(model: str, corpora: list[str], seeds: list[int], variant: Variant = USUAL) -> list[Job]:
    """List all trainings, one seed of all corpora after the other; the tutorial's split once."""
    found = []
    for seed in seeds:
        for corpus in corpora:
            found += [Job(model, corpus, fold, seed, variant) for fold in range(FOLDS[corpus])]
            tutorial = seed == seeds[0] and corpus in SINGLE and variant == USUAL
            found += [Job(model, corpus, None, seed)] if tutorial else []
    return found


def recorded(model: str) -> dict[tuple[str, str], dict]:
    if not rows_file(model).is_file():
        return {}
    lines = [json.loads(line) for line in rows_file(model).read_text(encoding="utf-8").splitlines()]
    return {(line["job"], line["settings"]): line for line in lines}


def train_missing(todo: list[Job], workers: int) -> None:
    """Train what is not recorded; the folds of one seed are recorded together, because they weigh each other."""
    from undertone.corpora import PROTOCOLS

    known = recorded(todo[0].model) if todo else {}
    missing = [job for job in todo if (job.name, job.settings.recipe) not in known]
    for job in {(j.corpus, j.seed): j for j in missing if j.fold is not None}.values():
        features_of(job.model, job.corpus, job.seed, job.variant)
        corpus = load(job.corpus)
        others_of(job, corpus, PROTOCOLS[HONEST[job.corpus]](corpus))
    os.environ.update(THREADS)
    waiting: dict[tuple[str, int], list[dict]] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        running = {pool.submit(work, job): job for job in missing}
        for done, future in enumerate(as_completed(running), start=1):
            job, line = running[future], future.result()
            print(f"{done} of {len(missing)}: {job.name}", file=sys.stderr, flush=True)
            if job.fold is None:
                record(job.model, [line])
                continue
            group = waiting.setdefault((job.corpus, job.seed), [])
            group.append(line)
            if len(group) == FOLDS[job.corpus]:
                record(job.model, weighed_lines(group))


def weighed_lines(lines: list[dict]) -> list[dict]:
    """Let the folds of one seed weigh each other's network and line; what they were made of is left in the cache."""
    from undertone.config import from_dict, to_dict
    from undertone.experiment.protocol import FoldAnswers, weighed

    ordered = sorted(lines, key=lambda line: line["job"])
    found = weighed(from_dict(FoldAnswers, line["answers"]) for line in ordered)
    return [{**line, "answers": to_dict(answers)} for line, answers in zip(ordered, found, strict=True)]


def record(model: str, lines: list[dict]) -> None:
    with rows_file(model).open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def size_of(model: str, classes: int) -> dict[str, int]:
    """Count parameters, multiply-adds for 3 s, and bytes of weights in s8, of the network as a bundle has it."""
    import tempfile

    import numpy as np

    from undertone.compiler import read_model
    from undertone.compiler.account import node_costs, total_macs
    from undertone.compiler.passes.quantise import quantise
    from undertone.models import MODELS
    from undertone.training.predict import save

    spec, rng = MODELS[model], np.random.default_rng(0)
    frontend = spec.frontend
    if spec.build_whole is not None:
        network = spec.build_whole(192, frontend.statistics_size, classes)  # 3 s are 188 frames
    else:
        network = spec.build((frontend.size,) if spec.over_statistics else (frontend.size, 1), classes)
    with tempfile.TemporaryDirectory() as folder:
        save(network, Path(folder) / "network.h5")
        graph = read_model(Path(folder) / "network.h5")
    rows = rng.standard_normal((4, *graph.tensors[graph.inputs[0]].shape[1:])).astype(np.float32)
    small = sum(values.nbytes for values in quantise(graph, rows).constants.values())
    return {"params": network.count_params(), "macs": total_macs(node_costs(graph)), "bytes_s8": small}


def figures_of(model: str, corpora: list[str], seeds: list[int], variant: Variant = USUAL) -> dict[str, dict]:
    """Pool the recorded folds of each protocol; a protocol with a fold missing is left out and named."""
    from undertone.experiment.protocol import with_known_speakers

    known, found = recorded(model), {}
    for corpus in corpora:
        lines = {s: _lines(known, corpus, settings_for(model, corpus, s, variant).recipe, s) for s in seeds}
        whole = [s for s in seeds if len(lines[s][0]) == FOLDS[corpus]]
        if len(whole) < len(seeds):
            part = ", ".join(f"seed {s}: {len(lines[s][0])} of {FOLDS[corpus]} folds" for s in seeds if s not in whole)
            print(f"{corpus}: not all is recorded ({part}); run without --recorded", file=sys.stderr)
        if whole:
            answers = [lines[s][0] for s in whole]
            found[HONEST[corpus]] = _figures(answers) | size_of(model, len(answers[0][0].labels))
            if all(part.speaker_known for parts in answers for part in parts):
                found[f"{HONEST[corpus]}.speaker_known"] = _figures([list(with_known_speakers(p)) for p in answers])
        for figures in [figures for s in seeds for figures in lines[s][1]][:1]:
            found[f"{corpus}.augmented_random"] = {**figures, "seeds": 1, "per_seed": [figures["uar"]]}
    return found


def _lines(known: dict[tuple[str, str], dict], corpus: str, recipe: str, seed: int) -> tuple[list, list]:
    from undertone.config import from_dict
    from undertone.experiment.protocol import FoldAnswers

    own = [line for (job, mark), line in known.items() if mark == recipe and job.startswith(f"{corpus}-{seed}-")]
    answers = [from_dict(FoldAnswers, line["answers"]) for line in own if "answers" in line]
    return answers, [line["tutorial"] for line in own if "tutorial" in line]


def _figures(by_seed: list[list]) -> dict:
    from undertone.config import to_dict
    from undertone.experiment.protocol import pooled

    together = to_dict(pooled([part for answers in by_seed for part in answers]))
    together["clips"] //= len(by_seed)
    short = {"low": together["uar_low"], "high": together["uar_high"], "seeds": len(by_seed)}
    return {**together, **short, "per_seed": [pooled(answers).uar for answers in by_seed]}


def table(found: dict[str, dict]) -> str:
    heads = ("protocol", "UAR %", "95 % interval", "accuracy %", "clips", "speakers", "seeds", "")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for name, f in found.items():
        interval = f"{100 * f['uar_low']:.1f} to {100 * f['uar_high']:.1f}"
        note = "" if f["honest"] else f"not speaker-independent: {f['why']}"
        note = "all clips of the speaker known, without labels" if name.endswith("speaker_known") else note
        scores = (f"{100 * f['uar']:.1f}", interval, f"{100 * f['accuracy']:.1f}")
        lines.append(f"| {' | '.join(map(str, (name, *scores, f['clips'], f['speakers'], f['seeds'], note)))} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="article")
    parser.add_argument("--teachers", type=int, default=0, help="networks of `compact` that each network learns from")
    parser.add_argument("--hearing", type=float, default=0, help="share of what networks hear that are copies in noise")
    parser.add_argument("--recorded", action="store_true", help="train nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--corpora", nargs="+", choices=sorted(HONEST), default=sorted(SINGLE))
    parser.add_argument("--seeds", type=int, default=1, help="how many, from 0 on")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    present = [corpus for corpus in options.corpora if place(corpus)]
    for corpus in set(options.corpora) - set(present):
        print(f"{corpus}: not found beside the repository (see --help); left out", file=sys.stderr)
    seeds, variant = list(range(options.seeds)), Variant(options.teachers, options.hearing)
    if not options.recorded:
        train_missing(jobs(options.model, present, seeds, variant), options.workers)
    corpora = options.corpora if options.recorded else present
    found = figures_of(options.model, corpora, seeds, variant)
    named = {name.replace(".", "_"): figures for name, figures in found.items()}
    print(json.dumps(named, ensure_ascii=False) if options.json else table(found))


if __name__ == "__main__":
    main()
