"""All targets by name, in the order in which they are listed."""

from __future__ import annotations

from undertone.compiler.targets.boards import BOARDS
from undertone.compiler.targets.desktops import DESKTOPS
from undertone.compiler.targets.linux import LINUX
from undertone.compiler.targets.phones import PHONES
from undertone.compiler.targets.target import Target
from undertone.compiler.targets.web import WEB
from undertone.registry import Registry

SOURCES = Target("c", "sources", "", "any C11 compiler: sources and build lines alone")
ARDUINO = Target("arduino", "Arduino library", "", "any board of the Arduino IDE: a zip with sketches that listen")

LISTED = (*LINUX, *WEB, *BOARDS, *PHONES, *DESKTOPS, ARDUINO, SOURCES)
TARGETS: Registry[Target] = Registry("target")
for _target in LISTED:
    TARGETS.add(_target.name, _target)
