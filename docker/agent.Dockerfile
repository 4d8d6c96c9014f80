# The agent, for amd64 and arm64: Embedded Swift, the libraries it loads, certificates, nothing else.
#     docker build -f docker/agent.Dockerfile -t agent .
ARG SWIFT_IMAGE=docker.io/library/swift:6.3.1-bookworm
FROM ${SWIFT_IMAGE} AS curl
COPY docker/build-curl /
RUN /build-curl /libcurl.so.4

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcjson-dev libcurl4-openssl-dev make zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift Makefile ./
COPY Sources Sources
RUN make agent INSTALL=no
COPY docker/root-of docker/
COPY --from=curl /libcurl.so.4* /curl/
ARG SOURCE_DATE_EPOCH=0
RUN LD_LIBRARY_PATH=/curl docker/root-of .build/agent/agent /root-of-agent

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fargate-autoscaler agent" \
    org.opencontainers.image.description="Samples nginx in a Fargate task and reports to the aggregator" \
    org.opencontainers.image.licenses="MIT-0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
COPY --from=build /root-of-agent /
# Nobody's: it writes no file and needs no capability.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/agent", "health"]
ENTRYPOINT ["/agent"]
CMD ["run"]
