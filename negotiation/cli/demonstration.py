"""The command that shows a city of three months."""

from typing import Annotated

import typer

from negotiation.cli import demo
from negotiation.cli.database import write_for_owner_alone
from negotiation.cli.options import Json
from negotiation.core.clock import now
from negotiation.core.settings import read_settings

app = typer.Typer()


@app.command("demo")
def run_demo(
    port: Annotated[
        int, typer.Option("--port", help="网页的端口；已被占用的，用其后的空闲端口。", min=0, max=65535)
    ] = 8000,
    build_only: Annotated[bool, typer.Option("--build-only", help="只建立演示城市，不启动网页。")] = False,
    as_json: Json = False,
) -> None:
    """演示：一座城市三个月的案件，网页、检查期限和发送通知都在本机运行，直到按 Ctrl-C。"""
    write_for_owner_alone()
    if build_only:
        demo.build(read_settings(), now())
    else:
        demo.run(read_settings(), now(), port, as_json=as_json)
