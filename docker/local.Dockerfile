# Fargate on a laptop for compose.yaml: fargate-local with what it runs (nginx, a backend, the agent),
# and wrk for load. Nothing of it ships to AWS.
ARG SWIFT_IMAGE=docker.io/library/swift:6.3.1-bookworm
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-20250520-slim
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
RUN make agent INSTALL=no

FROM ${DEBIAN_IMAGE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        curl libcjson1 libcurl4 libmicrohttpd12 nginx-light wrk \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/.build/agent/agent /source/.build/release/fargate-local /usr/local/bin/
COPY nginx /usr/local/share/nginx
COPY docker/surge /usr/local/bin/
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["fargate-local"]
CMD ["run", "--agent", "/usr/local/bin/agent", "--nginx-dir", "/usr/local/share/nginx"]
