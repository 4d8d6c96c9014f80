# nginx in front of the backend: the official image, which has amd64 and arm64, with nginx/ in it.
#     docker build -f docker/nginx.Dockerfile -t nginx .
ARG NGINX_IMAGE=docker.io/library/nginx:1.30.7-alpine-slim
FROM ${NGINX_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fargate-autoscaler nginx" \
    org.opencontainers.image.description="Reverse proxy of a Fargate task, its status page on loopback" \
    org.opencontainers.image.licenses="MIT-0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
COPY nginx/nginx.conf /etc/nginx/
COPY nginx/templates/ /etc/nginx/templates/
# The entrypoint replaces only what is set: these are the defaults of nginx/README.md.
ENV NGINX_LISTEN=80 \
    BACKEND_ADDRESS=127.0.0.1:2015 \
    BACKEND_HEALTH_PATH=/ \
    BACKEND_KEEPALIVE=64 \
    NGINX_STATUS_LISTEN=127.0.0.1:8113
EXPOSE 80
# SIGQUIT lets nginx finish what it serves. The base image says so, too.
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"]
# Ten seconds before ECS kills, by the stopTimeout of the task definitions.
CMD ["nginx", "-g", "daemon off; worker_shutdown_timeout 60s;"]
