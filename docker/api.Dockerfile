# The process for people, with the pages for browsers.
# Built from the top of the clone: docker build -f docker/api.Dockerfile .
FROM python:3.11-slim-bookworm AS libraries
COPY requirements.txt /build/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /build/requirements.txt

FROM node:22-bookworm-slim AS page
COPY web /web
RUN npm --prefix /web ci --no-audit --no-fund && npm --prefix /web run build

FROM python:3.11-slim-bookworm
# What prints invoices: layout, and a font with Japanese letters.
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-ipaexfont-gothic libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*
# Numbers, so that a cluster can see that this is not root.
RUN install -d -m 0711 -o 10001 -g 10001 /var/lib/denwaban
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DENWABAN_VAR=/var/lib/denwaban
COPY --from=libraries /opt/venv /opt/venv
COPY . /opt/denwaban
COPY --from=page /web/built /opt/denwaban/web/built
WORKDIR /opt/denwaban
USER 10001:10001
ENTRYPOINT ["python", "-m", "api"]
