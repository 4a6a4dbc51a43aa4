# The registry behind gunicorn; the database is a server of its own: see compose.yaml.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 VAR_DIR=/var/lib/registry
WORKDIR /app

COPY requirements.txt ./
RUN pip install --require-hashes --only-binary :all: -r requirements.txt

COPY . .
RUN useradd --system --create-home --home-dir "$VAR_DIR" registry
USER registry
# Collecting files needs settings and no database; the key must not stay in the image.
RUN DATABASE_URL=postgres:///none SECRET_KEY="$(python -c "print(58 * 'x')")" python manage.py collectstatic --no-input

EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz')"]
CMD ["gunicorn", "-c", "python:registry.server", "--bind", "0.0.0.0:8000", "registry.wsgi"]
