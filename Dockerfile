# The product in one image: web, live, dispatcher, worker and beat differ by their command alone.
# docker-compose.yml shows how they stand together.

# Assets of the screens; Node stays in this stage.
FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

# Packages, icons, translations and static files under names that browsers may keep for ever.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
RUN python -m venv /venv && /venv/bin/pip install -r requirements.txt
RUN python -m venv /tools && /tools/bin/pip install $(grep '^babel==' requirements-dev.txt) -r requirements.txt
COPY . .
COPY --from=assets /app/node_modules node_modules
RUN /venv/bin/python -m local.icons && /tools/bin/python -m local.translations compile
# Settings want their secrets; these build nothing but names.
RUN ENVIRONMENT=production \
    SECRET_KEY=build \
    ENCRYPTION_KEYS=build:YnVpbGQtYnVpbGQtYnVpbGQtYnVpbGQtYnVpbGQtYnU= \
    DATABASE_URL=postgres://build \
    REDIS_URL=redis://build \
    WHATSAPP_APP_SECRET=build \
    WHATSAPP_VERIFY_TOKEN=build \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0
RUN /venv/bin/python -m compileall -q apps config

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home app && install -d -o app -g app /media
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    MEDIA_ROOT=/media
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app/manage.py ./
COPY --from=build /app/apps apps
COPY --from=build /app/config config
COPY --from=build /app/locale locale
COPY --from=build /app/static static
COPY --from=build /app/staticfiles staticfiles
COPY --from=build /app/templates templates
USER app
VOLUME /media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
