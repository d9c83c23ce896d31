# Asterisk 22, fetched by the very script that `make run` uses, and started by its own loader.
# Built from the top of the clone: docker build -f docker/asterisk.Dockerfile .
FROM python:3.11-slim-bookworm AS libraries
COPY requirements.txt /build/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /build/requirements.txt

FROM python:3.11-slim-bookworm AS tree
RUN apt-get update \
 && apt-get install -y --no-install-recommends mmdebstrap
COPY denwaban /build/denwaban
RUN cd /build && XDG_CACHE_HOME=/opt/cache python -m denwaban.setup asterisk

FROM python:3.11-slim-bookworm
# Numbers, so that a cluster can see that this is not root.
RUN install -d -m 0711 -o 10001 -g 10001 /var/lib/denwaban
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DENWABAN_VAR=/var/lib/denwaban
COPY --from=libraries /opt/venv /opt/venv
COPY . /opt/denwaban
COPY --from=tree /opt/cache /opt/cache
ENV XDG_CACHE_HOME=/opt/cache
WORKDIR /opt/denwaban
USER 10001:10001
ENTRYPOINT ["python", "-m", "asterisk"]
