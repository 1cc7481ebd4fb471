"""Why there is no Asterisk, and what to do about it, in both languages."""

from __future__ import annotations

from parley.core.errors import Unavailable
from parley.core.model import Texts


class NoAsterisk(Unavailable):
    """Calls are not possible; everything else of Parley is. `str(error)` is the English cause."""

    def __init__(self, cause: Texts, cure: Texts) -> None:
        super().__init__("voice_off", cause["en-US"])
        self.cause = cause
        self.cure = cure


def both(zh: str, en: str) -> Texts:
    return {"zh-CN": zh, "en-US": en}


_BY_HAND = both(
    "安装 Asterisk 22 或更新版本，并用 PARLEY_ASTERISK 指定程序；或用 PARLEY_ARI_URL 连接已有的 Asterisk",
    "install Asterisk 22 or newer and name it in PARLEY_ASTERISK, or set PARLEY_ARI_URL to one that runs",
)


def wrong_program(path: object, found: str) -> NoAsterisk:
    return NoAsterisk(
        both(
            f"PARLEY_ASTERISK 指定的 {path} 不是 Asterisk 22 或更新版本（{found}）",
            f"{path} of PARLEY_ASTERISK is no Asterisk 22 or newer ({found})",
        ),
        both("改正或去掉 PARLEY_ASTERISK", "correct PARLEY_ASTERISK, or leave it out"),
    )


def too_old(where: object, found: str) -> NoAsterisk:
    return NoAsterisk(
        both(
            f"{where} 不是 Asterisk 22 或更新版本（{found}）",
            f"{where} is no Asterisk 22 or newer ({found})",
        ),
        both(
            f"升级它；或{_BY_HAND['zh-CN']}",
            f"upgrade it; or {_BY_HAND['en-US']}",
        ),
    )


def no_packages() -> NoAsterisk:
    return NoAsterisk(
        both(
            "本机没有 Asterisk，也没有 Debian 软件包工具可供下载",
            "this machine has no Asterisk, and no Debian packages to unpack it from",
        ),
        _BY_HAND,
    )


def not_fetched(last_words: str) -> NoAsterisk:
    return NoAsterisk(
        both(f"未能下载 Asterisk：{last_words}", f"Asterisk could not be fetched: {last_words}"),
        both(
            f"检查网络与 apt 设置后重启 Parley；或{_BY_HAND['zh-CN']}",
            f"check the network and what apt is told, then start again; or {_BY_HAND['en-US']}",
        ),
    )


def no_room(path: object, detail: str) -> NoAsterisk:
    return NoAsterisk(
        both(
            f"{path} 放不下 Asterisk（{detail}）",
            f"there is no place for Asterisk in {path} ({detail})",
        ),
        both(
            "清理磁盘，或将 PARLEY_ASTERISK_DIR 设为可写的目录",
            "free some space, or set PARLEY_ASTERISK_DIR to a directory that can be written to",
        ),
    )


def does_not_start(log: object, last_words: str) -> NoAsterisk:
    return NoAsterisk(
        both(f"Asterisk 无法启动：{last_words}", f"Asterisk does not start: {last_words}"),
        both(f"查看 {log}", f"see {log}"),
    )


def not_answering(url: str, detail: str) -> NoAsterisk:
    return NoAsterisk(
        both(
            f"PARLEY_ARI_URL（{url}）没有应答：{detail}",
            f"the Asterisk of PARLEY_ARI_URL ({url}) does not answer: {detail}",
        ),
        both(
            "检查地址、PARLEY_ARI_USER 与 PARLEY_ARI_PASSWORD，以及它是否在运行",
            "check the address, PARLEY_ARI_USER and PARLEY_ARI_PASSWORD, and that it runs",
        ),
    )


def no_manager(host: str, port: int) -> Texts:
    return both(
        f"{host}:{port} 的 AMI 未连接：可以通话，但不能录音，也不知道中继是否已注册。"
        "请检查 PARLEY_AMI_PORT 及该 Asterisk 的 manager.conf。",
        f"AMI of {host}:{port} can't be used: calls work, but can't be recorded, and whether trunks "
        "are registered is not known. Check PARLEY_AMI_PORT and manager.conf of that Asterisk.",
    )


def disk_full(spool: object, free: int) -> Texts:
    left = free // 1024 // 1024
    return both(
        f"磁盘将满（{spool} 仅剩 {left} MB）：通话不受影响，但不再录音。请清理磁盘。",
        f"The disk is almost full ({left} MB left in {spool}): calls go on, but are not recorded. "
        "Free some space.",
    )


def unreadable(spool: object, detail: str) -> Texts:
    return both(
        f"无法读取 {spool}（{detail}）：通话不受影响，但录音无法保存。",
        f"{spool} can't be read ({detail}): calls go on, but their recordings can't be kept.",
    )


def failed(detail: str) -> NoAsterisk:
    return NoAsterisk(
        both(f"电话功能出错：{detail}", f"telephony failed: {detail}"),
        both("查看日志并重启 Parley", "see the log, and start Parley again"),
    )


def turned_off() -> NoAsterisk:
    return NoAsterisk(
        both(
            "启动时关闭了电话功能：电话引擎由内存中的模拟引擎代替，不会真正呼入或呼出",
            "telephony was turned off at the start: the telephone engine is simulated in memory, "
            "no call comes in or goes out",
        ),
        both(
            "去掉 --no-telephony（或 PARLEY_TELEPHONY=false）后重启",
            "start without --no-telephony (or PARLEY_TELEPHONY=false)",
        ),
    )
