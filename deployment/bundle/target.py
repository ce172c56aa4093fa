"""The machines that a bundle is made for, and the oldest C library that it asks of them."""

from dataclasses import dataclass

GLIBC = (2, 28)  # of 2018: UOS 20, Kylin V10, openEuler 20.03, Debian 10 and RHEL 8 have it or a newer one
MANYLINUX = ("2_28", "2_27", "2_26", "2_17", "2_12", "2_5")  # the wheels that such a machine takes


@dataclass(frozen=True)
class Target:
    """An architecture: its name as ``uname -m`` says it, and what OpenSSL's own configuration calls it."""

    name: str
    openssl: str

    @property
    def triple(self) -> str:
        return f"{self.name}-linux-gnu"

    @property
    def compiler_target(self) -> str:
        """The triple with the version of glibc, whose symbols alone the compiler then links against."""
        return f"{self.triple}.{'.'.join(map(str, GLIBC))}"

    @property
    def wheel_platforms(self) -> list[str]:
        """The tags of wheels, those of before PEP 600 among them."""
        return [f"manylinux_{each}_{self.name}" for each in MANYLINUX] + [f"manylinux2014_{self.name}"]


TARGETS = {each.name: each for each in (Target("x86_64", "linux-x86_64"), Target("aarch64", "linux-aarch64"))}
