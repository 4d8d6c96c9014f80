# The aggregator, for amd64 and arm64: the Swift standard library is in it, the C libraries beside it.
#     docker build -f docker/aggregator.Dockerfile -t aggregator .
ARG SWIFT_IMAGE=docker.io/library/swift:6.3.1-bookworm
FROM ${SWIFT_IMAGE} AS curl
COPY docker/build-curl /
RUN /build-curl /libcurl.so.4

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcjson-dev libcurl4-openssl-dev libdeflate-dev libmicrohttpd-dev \
        libsimdjson-dev tzdata zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product aggregator --static-swift-stdlib -Xlinker -s
COPY docker/root-of docker/
COPY --from=curl /libcurl.so.4* /curl/
ARG SOURCE_DATE_EPOCH=0
RUN LD_LIBRARY_PATH=/curl docker/root-of .build/release/aggregator /root-of-aggregator

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fargate-autoscaler aggregator" \
    org.opencontainers.image.description="Takes the agents' reports and scales their Fargate services" \
    org.opencontainers.image.licenses="MIT-0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
COPY --from=build /root-of-aggregator /
# The zones of schedules.
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
USER 65532:65532
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["/aggregator", "health"]
ENTRYPOINT ["/aggregator"]
CMD ["run"]
