# The process for work that may wait.
# Built from the top of the clone: docker build -f docker/worker.Dockerfile .
FROM python:3.11-slim-bookworm AS libraries
COPY requirements.txt /build/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /build/requirements.txt

FROM python:3.11-slim-bookworm
# Numbers, so that a cluster can see that this is not root.
RUN install -d -m 0711 -o 10001 -g 10001 /var/lib/denwaban
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DENWABAN_VAR=/var/lib/denwaban
COPY --from=libraries /opt/venv /opt/venv
COPY . /opt/denwaban
WORKDIR /opt/denwaban
USER 10001:10001
ENTRYPOINT ["python", "-m", "worker"]
