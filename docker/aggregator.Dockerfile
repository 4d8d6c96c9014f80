# The aggregator: static Swift standard library, the C libraries from Debian.
FROM docker.io/library/swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev zlib1g-dev libmicrohttpd-dev libcjson-dev libsimdjson-dev
WORKDIR /source
COPY . .
RUN swift build -c release --product aggregator --static-swift-stdlib

FROM docker.io/library/debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4 libmicrohttpd12 libsimdjson14 ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/.build/release/aggregator /aggregator
USER 65532:65532
EXPOSE 8787
ENTRYPOINT ["/aggregator"]
CMD ["run"]
