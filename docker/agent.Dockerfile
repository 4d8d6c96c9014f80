# The agent: built as Embedded Swift, run from an image with nothing but the libraries it loads.
FROM docker.io/library/swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends make libcurl4-openssl-dev zlib1g-dev libcjson-dev
WORKDIR /source
COPY . .
RUN make agent INSTALL=no

FROM docker.io/library/debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4 libcjson1 ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/.build/agent/agent /agent
USER 65532:65532
ENTRYPOINT ["/agent"]
CMD ["run"]
