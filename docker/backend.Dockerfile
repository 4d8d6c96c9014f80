# The backend of the demonstration, for amd64 and arm64: an application that is nothing but time. Its
# first steps are those of local.Dockerfile, so that the two share them.
#     docker build -f docker/backend.Dockerfile -t backend .
ARG SWIFT_IMAGE=docker.io/library/swift:6.3.1-bookworm
FROM ${SWIFT_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcjson-dev libcurl4-openssl-dev libdeflate-dev libmicrohttpd-dev \
        libsimdjson-dev make zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift Makefile ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product fargate-local --static-swift-stdlib -Xlinker -s
COPY docker/root-of docker/
ARG SOURCE_DATE_EPOCH=0
RUN docker/root-of .build/release/fargate-local /root-of-backend

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fargate-autoscaler backend" \
    org.opencontainers.image.description="Demonstration: answers each request after a while" \
    org.opencontainers.image.licenses="MIT-0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
COPY --from=build /root-of-backend /
USER 65532:65532
EXPOSE 2015
ENTRYPOINT ["/fargate-local", "backend"]
# A task serves 20 requests at once, 100 a second; HOST and PORT say where.
CMD ["--service-time-ms", "200", "--concurrency", "20"]
