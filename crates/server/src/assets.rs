//! The merchant's app and the description of the API, embedded: files with the headers that keep
//! them fast and closed.
//!
//! The app finds its rooms behind the `#` of its address, so `/` is its only page, and any other
//! address without a file is not found. The payer's page has its own files and its own rules.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;

use crate::error::{ApiError, Cause};
use crate::form::shown;

/// One embedded file.
struct File {
    /// The path of its address.
    path: &'static str,
    /// Its entity tag: weak, because both encodings share it.
    tag: &'static str,
    /// Its content.
    bytes: &'static [u8],
    /// Its content in gzip, where that is worth it.
    gzip: Option<&'static [u8]>,
}

/// Everything that `npm run build` made, and `docs/reference/openapi.json`.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// What the app may load and do: files and answers of this origin, and nothing written in a page.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
);

/// The name of a file under this folder changes with its content: it is never asked for again.
const HASHED: &str = "/assets/";

/// Serves a file of the app. The last resort of the router.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    answer(FILES, &method, uri.path(), &headers)
}

fn answer(files: &[File], method: &Method, path: &str, headers: &HeaderMap) -> Response<Body> {
    let wanted = if path == "/" { "/index.html" } else { path };
    let Some(file) = files.iter().find(|file| file.path == wanted) else {
        let detail = format!("{method} {}", shown(path));
        return ApiError::new(Cause::PathUnknown)
            .with_detail(detail)
            .into_response();
    };
    if method != Method::GET && method != Method::HEAD {
        let error = ApiError::new(Cause::MethodUnknown).with_detail(shown(method.as_str()));
        return error.into_response();
    }
    let mut response = content(file, headers);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    let fixed = [
        (header::CACHE_CONTROL, cache_control(file.path)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::ETAG, HeaderValue::from_static(file.tag)),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (OPENER_POLICY, HeaderValue::from_static("same-origin")),
        (RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    ];
    response.headers_mut().extend(fixed);
    response
}

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The content in the encoding the client takes, or the news that it has it already.
fn content(file: &File, headers: &HeaderMap) -> Response<Body> {
    if knows(headers, file.tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let (bytes, encoding) = match file.gzip.filter(|_| takes_gzip(headers)) {
        Some(small) => (small, Some(HeaderValue::from_static("gzip"))),
        None => (file.bytes, None),
    };
    let mut response = Response::new(Body::from(bytes));
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, content_type(file.path));
    fields.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Some(encoding) = encoding {
        fields.insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

/// Whether the client has the content of this tag (RFC 9110, section 13.1.2).
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    values(headers, header::IF_NONE_MATCH).any(|known| known == "*" || opaque(known) == opaque(tag))
}

/// Whether the client takes gzip (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    values(headers, header::ACCEPT_ENCODING).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let weight = weight.trim().trim_start_matches("q=");
        let is_refused = !weight.is_empty() && weight.chars().all(|c| matches!(c, '0' | '.'));
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

/// The elements of a header that is a list.
fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

fn cache_control(path: &str) -> HeaderValue {
    HeaderValue::from_static(if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    })
}

fn content_type(path: &str) -> HeaderValue {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    HeaderValue::from_static(match ending {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[File] = &[
        File {
            path: "/assets/main-0a1b2c3d.js",
            tag: "W/\"1\"",
            bytes: b"let plain = 1;",
            gzip: Some(b"gzipped"),
        },
        File {
            path: "/index.html",
            tag: "W/\"2\"",
            bytes: b"<!doctype html>",
            gzip: None,
        },
        File {
            path: "/sw.js",
            tag: "W/\"3\"",
            bytes: b"// worker",
            gzip: None,
        },
    ];

    fn get(path: &str, headers: &[(HeaderName, &'static str)]) -> Response<Body> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        answer(SAMPLE, &Method::GET, path, &headers)
    }

    fn header_of(response: &Response<Body>, name: HeaderName) -> &str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    async fn body(response: Response<Body>) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap()
            .to_vec()
    }

    #[tokio::test]
    async fn the_root_is_the_page() {
        let response = get("/", &[]);
        assert_eq!(
            header_of(&response, header::CONTENT_TYPE),
            "text/html; charset=utf-8"
        );
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");
        assert_eq!(body(response).await, b"<!doctype html>");
    }

    #[tokio::test]
    async fn hashed_files_are_kept_for_ever_and_sent_small() {
        let response = get(
            "/assets/main-0a1b2c3d.js",
            &[(header::ACCEPT_ENCODING, "br, gzip")],
        );
        let kept = header_of(&response, header::CACHE_CONTROL);
        assert_eq!(kept, "public, max-age=31536000, immutable");
        assert_eq!(header_of(&response, header::CONTENT_ENCODING), "gzip");
        assert_eq!(header_of(&response, header::CONTENT_LENGTH), "7");
        assert_eq!(header_of(&response, header::VARY), "accept-encoding");
        assert_eq!(body(response).await, b"gzipped");
    }

    #[tokio::test]
    async fn who_does_not_take_gzip_gets_the_plain_file() {
        for offers in ["", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip"] {
            let response = get(
                "/assets/main-0a1b2c3d.js",
                &[(header::ACCEPT_ENCODING, offers)],
            );
            assert_eq!(
                header_of(&response, header::CONTENT_ENCODING),
                "",
                "{offers}"
            );
            assert_eq!(body(response).await, b"let plain = 1;");
        }
        let response = get(
            "/assets/main-0a1b2c3d.js",
            &[(header::ACCEPT_ENCODING, "GZIP;q=0.5")],
        );
        assert_eq!(header_of(&response, header::CONTENT_ENCODING), "gzip");
    }

    #[test]
    fn the_worker_is_always_asked_for_again() {
        assert_eq!(
            header_of(&get("/sw.js", &[]), header::CACHE_CONTROL),
            "no-cache"
        );
    }

    #[tokio::test]
    async fn what_the_client_has_is_not_sent_again() {
        for known in ["W/\"2\"", "\"2\"", "W/\"9\", W/\"2\"", "*"] {
            let response = get("/", &[(header::IF_NONE_MATCH, known)]);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(header_of(&response, header::ETAG), "W/\"2\"");
            assert_eq!(body(response).await, b"");
        }
        let other = get("/", &[(header::IF_NONE_MATCH, "W/\"1\"")]);
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn nothing_foreign_and_nothing_inline_may_run() {
        let response = get("/", &[]);
        let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
        for rule in [
            "default-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(
            header_of(&response, header::X_CONTENT_TYPE_OPTIONS),
            "nosniff"
        );
        assert_eq!(header_of(&response, header::REFERRER_POLICY), "no-referrer");
    }

    #[test]
    fn an_address_without_a_file_is_not_found() {
        for path in [
            "/charge",
            "/assets/",
            "/assets/../index.html",
            "//index.html",
            "",
        ] {
            assert_eq!(get(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn an_address_that_holds_a_card_number_is_not_repeated() {
        let text = String::from_utf8(body(get("/4242424242424242", &[])).await).unwrap();
        assert!(!text.contains("4242"), "{text}");
    }

    #[tokio::test]
    async fn files_can_only_be_read() {
        let post = answer(SAMPLE, &Method::POST, "/", &HeaderMap::new());
        assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
        let head = answer(SAMPLE, &Method::HEAD, "/", &HeaderMap::new());
        assert_eq!(header_of(&head, header::CONTENT_LENGTH), "15");
        assert_eq!(body(head).await, b"");
    }

    #[tokio::test]
    async fn the_description_of_the_api_is_in_the_program() {
        let response = answer(FILES, &Method::GET, "/openapi.json", &HeaderMap::new());
        assert_eq!(
            header_of(&response, header::CONTENT_TYPE),
            "application/json"
        );
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");
        let document: serde_json::Value = serde_json::from_slice(&body(response).await).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn the_app_is_in_the_program() {
        let find = |path: &str| FILES.iter().find(|file| file.path == path);
        let page = std::str::from_utf8(find("/index.html").unwrap().bytes).unwrap();
        assert!(find("/sw.js").is_some() && find("/manifest.webmanifest").is_some());
        let sources = page
            .split("src=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let scripts: Vec<&str> = sources.filter(|source| source.ends_with(".js")).collect();
        assert!(!scripts.is_empty(), "{page}");
        for script in scripts {
            let small = find(script).unwrap().gzip.unwrap();
            assert!(
                small.len() <= 25_000,
                "{script} is {} bytes on the wire",
                small.len()
            );
        }
    }
}
