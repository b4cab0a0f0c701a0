# syntax=docker/dockerfile:1
# Not built on the machine this was written on, which has no Docker daemon (docs/operations.md).

FROM rust:1.95-bookworm AS builder
WORKDIR /src
COPY . .
RUN cargo build --release --locked -p portal

FROM debian:bookworm-slim
# The certificates are for the identity providers, who are reached by https.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/madoguchi --create-home madoguchi
COPY --from=builder /src/target/release/madoguchi /usr/local/bin/madoguchi
COPY catalogue /usr/share/madoguchi/catalogue
USER madoguchi
WORKDIR /var/lib/madoguchi
# There is no PostgreSQL in the image: set DATABASE_URL.
ENV MADOGUCHI_RESIDENT_ADDR=0.0.0.0:8080 \
    MADOGUCHI_STAFF_ADDR=0.0.0.0:8081 \
    MADOGUCHI_OPS_ADDR=0.0.0.0:8082 \
    MADOGUCHI_MASTER_KEY_FILE=/var/lib/madoguchi/master.key \
    MADOGUCHI_LOG_FORMAT=json
EXPOSE 8080 8081 8082
ENTRYPOINT ["madoguchi"]
CMD ["serve"]
