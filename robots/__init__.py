"""Robot callers and agents' phones: small SIP and RTP user agents that know only var/demo.json."""
