# What docker/README.md asks a newcomer for, and nothing else; first_deployment.py runs the page in it.
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-20250520-slim
FROM ${DEBIAN_IMAGE}
ARG AWSCLI
RUN apt-get update \
    && apt-get install -y --no-install-recommends git make python3-venv \
    && python3 -m venv /opt/aws \
    && /opt/aws/bin/pip install --cert /run/host-ca.crt --quiet --disable-pip-version-check "${AWSCLI}" \
    && ln -s /opt/aws/bin/aws /usr/local/bin/aws
