"""What the files say that one Asterisk is configured by: all of it, nothing is left to chance.

Trunks and phones are not here: they come and go over ARI while it runs (asterisk_peers). HTTP with
ARI and the phones' WebSocket, and AMI, listen on loopback only.
Source: the sample configuration of Asterisk 22, and the probes that each line was proven by.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping

from parley.adapters.telephony.asterisk_find import Program
from parley.adapters.telephony.asterisk_home import (
    AsteriskSettings,
    Home,
    addresses,
    authorities,
    write_private,
)
from parley.adapters.telephony.names import (
    AMD,
    AMD_CONTEXT,
    APP,
    CHANNEL_VARIABLES,
    PHONE_CONTEXT,
    TRANSPORTS,
    TRUNK_CONTEXT,
)

ARI_USER = AMI_USER = "parley"
GUARD_USER = "guard"
# security events: three of strangers, one of those who gave their password
HEARD = ("InvalidAccountID", "InvalidPassword", "FailedACL", "SuccessfulAuth")
PROBE = "probe"  # the endpoint that doctor calls, authenticated, which reaches the echo alone
ECHO = "echo"
MOST_FILES = 65_536
PROBE_CONTEXT = "probe"
NOBODY_LISTENS = 34  # Q.850: no circuit available; a carrier tries another way

# Without device states, which nobody asks for: with them a line that closes may block all others, and
# Asterisk's applications with it (asterisk/asterisk#2170).
_MODULES = """
res_sorcery_config res_sorcery_memory res_sorcery_astdb
res_timing_timerfd res_crypto res_srtp res_http_websocket res_websocket_client
func_channel func_strings func_logic func_callerid func_global func_uri func_math func_timeout
codec_ulaw codec_alaw codec_a_mu codec_g722 codec_gsm codec_resample codec_opus_open_source codec_opus
res_format_attr_opus
format_wav format_pcm format_gsm format_sln
pbx_config app_dial app_playback app_echo app_stack app_verbose app_mixmonitor app_stasis app_queue
app_bridgewait app_senddtmf app_amd
bridge_simple bridge_softmix bridge_holding bridge_native_rtp bridge_builtin_features
bridge_builtin_interval_features
res_rtp_asterisk res_musiconhold res_curl func_curl res_http_media_cache
chan_pjsip chan_bridge_media chan_websocket
res_pjproject res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id
res_pjsip_dtmf_info res_pjsip_header_funcs res_pjsip_authenticator_digest
res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
res_pjsip_registrar res_pjsip_path res_pjsip_nat res_pjsip_rfc3326 res_pjsip_refer res_pjsip_acl
res_pjsip_dlg_options res_pjsip_transport_websocket res_pjsip_pubsub res_pjsip_logger
res_pjsip_sips_contact res_pjsip_diversion res_pjsip_rfc3329
func_pjsip_endpoint func_pjsip_aor func_pjsip_contact
res_stasis res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop
res_ari_model res_ari res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels
res_ari_endpoints res_ari_events res_ari_playbacks res_ari_recordings res_ari_sounds
"""


def write(settings: AsteriskSettings, home: Home, program: Program) -> str:
    """Write all files; what they say in one text, to see whether a running one has the same."""
    texts = files(settings, home, program)
    for name, text in texts.items():
        write_private(home.etc / name, text)
    return "\n".join(f"{name}\n{text}" for name, text in sorted(texts.items()))


def files(settings: AsteriskSettings, home: Home, program: Program) -> Mapping[str, str]:
    present = [name for name in _MODULES.split() if program.has(name)]
    ports = home.ports
    return {
        "asterisk.conf": _asterisk(home, program),
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load = {m}.so\n" for m in present),
        "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\n"
        "messages => warning,error\n",
        "http.conf": _http(ports.http),
        "ari.conf": _ari(home),
        "manager.conf": _manager(home),
        "sorcery.conf": SORCERY,
        "pjsip.conf": _pjsip(settings, home),
        "extensions.conf": EXTENSIONS + _amd(program),
        "amd.conf": AMD_CONF,
        "rtp.conf": _rtp(settings, home),
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={home.path}/data/moh\nsort=random\n",
        "indications.conf": INDICATIONS,
        # about ninety a call, which nobody reads
        "stasis.conf": "[declined_message_types]\ndecline = ast_channel_varset_type\n",
        "codecs.conf": "[opus]\ntype=opus\nfec=yes\npacket_loss=5\n",
        "pjproject.conf": "[startup]\nlog_level=2\n",
        "chan_websocket.conf": "[global]\ncontrol_message_format = json\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        **dict.fromkeys(
            ("udptl.conf", "features.conf", "ccss.conf", "queuerules.conf", "queues.conf",
             "res_http_media_cache.conf", "websocket_client.conf"),
            "[general]\n",
        ),
        "acl.conf": "",
    }  # fmt: skip


def _asterisk(home: Home, program: Program) -> str:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    path = home.path
    return f"""[directories]
astetcdir => {home.etc}
astmoddir => {program.modules}
astvarlibdir => {path}/data
astdbdir => {path}/db
astkeydir => {path}/data
astdatadir => {path}/data
astagidir => {path}/data/agi-bin
astspooldir => {path}/spool
astrundir => {home.run}
astlogdir => {path}/log
astsbindir => {path}/run
[options]
hideconnect = yes
nocolor = yes
transmit_silence = yes
maxfiles = {files}
"""


def _http(port: int) -> str:
    return f"""[general]
enabled=yes
bindaddr=127.0.0.1
bindport={port}
sessionlimit=4000
session_inactivity=30000
session_keep_alive=120000
enablestatic=no
"""


def _ari(home: Home) -> str:
    return f"""[general]
enabled=yes
pretty=no
websocket_write_timeout=500
channelvars={",".join(CHANNEL_VARIABLES)}
[{ARI_USER}]
type=user
read_only=no
password={home.secrets.ari}
"""


def _manager(home: Home) -> str:
    """`parley` starts and mutes recordings and hears of registrations; `guard` hears of strangers,
    on a line of its own, which a flood may fill."""
    return f"""[general]
enabled=yes
webenabled=no
bindaddr=127.0.0.1
port={home.ports.ami}
displayconnects=no
[{AMI_USER}]
secret={home.secrets.ami}
read=system
write=system,call,reporting
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
[{GUARD_USER}]
secret={home.secrets.guard}
read=security
write=
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
{"".join(f"eventfilter(action(include),name({name})) ={chr(10)}" for name in HEARD)}"""


SORCERY = """[res_pjsip]
endpoint=config,pjsip.conf,criteria=type=endpoint
endpoint=memory
auth=config,pjsip.conf,criteria=type=auth
auth=memory
aor=config,pjsip.conf,criteria=type=aor
aor=memory
[res_pjsip_endpoint_identifier_ip]
identify=memory
[res_pjsip_outbound_registration]
registration=memory
"""


def _pjsip(settings: AsteriskSettings, home: Home) -> str:
    host = f"[{settings.sip_host}]" if ":" in settings.sip_host else settings.sip_host
    public = ""
    if settings.public_host:
        public = (
            f"external_media_address={settings.public_host}\n"
            f"external_signaling_address={settings.public_host}\n"
            + "".join(f"local_net={net}\n" for net in settings.local_nets)
        )
    ports = home.ports
    known = authorities(settings.authorities)
    trusted = f"ca_list_file={known}\n" if known else ""
    return f"""[global]
type=global
user_agent=Parley
default_from_user=parley
endpoint_identifier_order=username,ip
ignore_uri_user_options=yes
keep_alive_interval=30
norefersub=yes
[system]
type=system
disable_tcp_switch=yes
threadpool_initial_size=5
threadpool_max_size=50
[{TRANSPORTS["udp"]}]
type=transport
protocol=udp
bind={host}:{ports.sip}
{public}[{TRANSPORTS["tcp"]}]
type=transport
protocol=tcp
bind={host}:{ports.sip}
{public}[{TRANSPORTS["tls"]}]
type=transport
protocol=tls
method=tlsv1_2
bind={host}:{ports.tls}
cert_file={home.path}/keys/cert.pem
priv_key_file={home.path}/keys/key.pem
verify_server=yes
{trusted}{public}[{TRANSPORTS["tls_any"]}]
type=transport
protocol=tls
method=tlsv1_2
bind={host}:{ports.tls_any}
cert_file={home.path}/keys/cert.pem
priv_key_file={home.path}/keys/key.pem
{public}[{TRANSPORTS["ws"]}]
type=transport
protocol=ws
bind=127.0.0.1

[{PROBE}]
type=endpoint
context={PROBE_CONTEXT}
identify_by=username
auth={PROBE}
disallow=all
allow=ulaw
direct_media=no
[{PROBE}]
type=auth
auth_type=digest
username={PROBE}
password={home.secrets.probe}
"""


EXTENSIONS = f"""[general]
static=yes
writeprotect=yes

[{TRUNK_CONTEXT}]
exten => _[+0-9*#]!,1,Stasis({APP},trunk,${{PARLEY_TENANT}},${{PARLEY_TRUNK}},${{EXTEN}})
 same => n,Hangup({NOBODY_LISTENS})
exten => _[a-zA-Z]!,1,Set(PARLEY_TO=${{PJSIP_PARSE_URI(${{PJSIP_HEADER(read,To)}},user)}})
 same => n,Stasis({APP},trunk,${{PARLEY_TENANT}},${{PARLEY_TRUNK}},${{PARLEY_TO}})
 same => n,Hangup({NOBODY_LISTENS})
exten => h,1,Hangup()

[{PHONE_CONTEXT}]
exten => {ECHO},1,Answer(0,i)
 same => n,Echo()
exten => _[+0-9*#]!,1,Stasis({APP},phone,${{PARLEY_TENANT}},${{PARLEY_AGENT}},${{EXTEN}})
 same => n,Hangup({NOBODY_LISTENS})
exten => h,1,NoOp()

[{PROBE_CONTEXT}]
exten => {ECHO},1,Answer(0,i)
 same => n,Echo()
"""


def _amd(program: Program) -> str:
    """Whoever answers is listened to first; without the module they are just answered."""
    listen = "AMD()" if program.has("app_amd") else "NoOp()"
    return f"""
[{AMD_CONTEXT}]
exten => s,1,{listen}
 same => n,Stasis({APP},{AMD},${{AMDSTATUS}},${{AMDCAUSE}})
 same => n,Hangup({NOBODY_LISTENS})
"""


# ms. Speech of two seconds with no pause of 0.6 s is a machine's greeting. In doubt it is a person:
# one who says nothing is answered when the time is up, before the initial silence would count.
AMD_CONF = """[general]
greeting=2000
after_greeting_silence=600
total_analysis_time=3500
initial_silence=4000
min_word_length=100
between_words_silence=50
maximum_number_of_words=6
silence_threshold=256
"""


def _rtp(settings: AsteriskSettings, home: Home) -> str:
    """Browsers are told our address outside. With `stunaddr` each leg, a carrier's too, waits for the STUN
    server, and 9 s where it is down; so it is asked only if no address is given."""
    stun, candidates = "", ""
    if settings.public_host is None:
        stun = f"stunaddr={settings.stun_server}\n" if settings.stun_server else ""
    elif found := addresses(settings.public_host):
        own, outside = found
        candidates = f"{own} => {outside},include_local_address\n"
    return f"""[general]
rtpstart={home.ports.rtp_first}
rtpend={home.ports.rtp_last}
icesupport=yes
strictrtp=yes
{stun}[ice_host_candidates]
{candidates}"""


INDICATIONS = """[general]
country=cn
[cn]
description=China
ringcadence=1000,4000
dial=450
busy=450/350,0/350
ring=450/1000,0/4000
congestion=450/700,0/700
callwaiting=450/400,0/4000
dialrecall=450
record=950/400,0/10000
info=450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400
"""
