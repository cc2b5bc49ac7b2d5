# syntax=docker/dockerfile:1
FROM python:3.11-slim AS dependencies
COPY requirements/run.lock /run.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /run.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --create-home helhedsplan
COPY --from=dependencies /venv /venv
# The same entry point that an installed package has, with no build tool in the image.
RUN printf '#!/venv/bin/python\nfrom cli.app import main\n\nmain()\n' > /venv/bin/helhedsplan \
    && chmod 0755 /venv/bin/helhedsplan
WORKDIR /app
COPY domain domain
COPY infrastructure infrastructure
COPY activities activities
COPY workflows workflows
COPY rehearsal rehearsal
COPY cli cli
COPY examples examples
COPY worker.py ./
USER 10001
CMD ["python", "worker.py"]
