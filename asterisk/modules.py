"""Which of Asterisk's modules are loaded: what calls need, and nothing that opens another door."""

from __future__ import annotations

from typing import Final

_CORE: Final = (
    "res_timing_timerfd",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "res_crypto",
    "res_security_log",
    "pbx_config",
)
_SIP: Final = (
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_pubsub",
    "res_pjsip_acl",
    "res_pjsip_authenticator_digest",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_registrar",
    "res_pjsip_caller_id",
    "res_pjsip_diversion",
    "res_pjsip_dtmf_info",
    "res_pjsip_empty_info",
    "res_pjsip_dlg_options",
    "res_pjsip_header_funcs",
    "res_pjsip_nat",
    "res_pjsip_path",
    "res_pjsip_refer",
    "res_pjsip_rfc3326",
    "res_pjsip_sdp_rtp",
    "res_http_websocket",
    "res_pjsip_transport_websocket",
    "res_hep",
    "res_hep_pjsip",
    "chan_pjsip",
)
_SOUND: Final = (
    "res_rtp_asterisk",
    "res_srtp",
    "codec_ulaw",
    "codec_alaw",
    "codec_a_mu",
    "codec_g722",
    "codec_gsm",
    "codec_opus_open_source",
    "codec_resample",
    "res_format_attr_opus",
    "format_wav",
    "format_pcm",
    "format_sln",
    "format_gsm",
    "res_musiconhold",
    "bridge_simple",
    "bridge_native_rtp",
    "bridge_softmix",
    "bridge_holding",
    "chan_bridge_media",
)
_ARI: Final = (
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_websocket_client",
    "res_ari",
    "res_ari_model",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "res_ari_recordings",
    "app_stasis",
)
_DIALPLAN: Final = (
    "app_playback",
    "app_mixmonitor",
    "func_callerid",
    "func_channel",
    "func_cut",
    "func_db",
    "func_hangupcause",
    "func_logic",
    "func_math",
    "func_pjsip_aor",
    "func_pjsip_contact",
    "func_pjsip_endpoint",
    "func_strings",
    "func_timeout",
)
_LINK: Final = ("app_dial",)
_QUEUE: Final = ("app_queue", "app_verbose", "func_global", "func_rand", "func_devstate")


def wanted(*, with_app_queue: bool, linked: bool = False) -> tuple[str, ...]:
    """The modules in the order in which they are loaded; `linked`: there are other nodes, whose calls go on to phones
    that are registered here; with_app_queue only for measuring against it."""
    more = (_LINK if linked or with_app_queue else ()) + (_QUEUE if with_app_queue else ())
    return _CORE + _SIP + _SOUND + _ARI + _DIALPLAN + more
