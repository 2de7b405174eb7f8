# The exchange's workers, web process and commands. Kafka is an image of its own: this one has no Java.
FROM python:3.13.9-slim-trixie AS build
WORKDIR /source
RUN python -m venv /app
COPY requirements/run.lock requirements/run.lock
RUN /app/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md ./
COPY exchange exchange
COPY streams streams
COPY avro avro
RUN /app/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13.9-slim-trixie
# /node is a volume's place: what docker makes there for the first time belongs to whom it belongs here.
RUN useradd --system --uid 10001 --no-create-home corridor \
    && install -d -o 10001 -g 10001 /node /var/lib/corridor
COPY --from=build /app /app
COPY deploy/probe.py /app/probe.py
ENV PATH=/app/bin:$PATH EXCHANGE_DATA=/var/lib/corridor EXCHANGE_LOG_FORMAT=json PYTHONUNBUFFERED=1
USER 10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "/app/probe.py", "http://127.0.0.1:9464/ready"]
ENTRYPOINT ["exchange"]
CMD ["--help"]
