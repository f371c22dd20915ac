// hyper over h2, HTTP/2 only: / is short, /large is not, POST sends back what it got.

use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Method, Request, Response, Server, StatusCode};
use std::convert::Infallible;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    let address = format!("127.0.0.1:{}", words[1]).parse().unwrap();
    let large: &'static [u8] = Box::leak(std::fs::read(&words[2]).unwrap().into_boxed_slice());
    let connection = make_service_fn(move |_| async move {
        Ok::<_, Infallible>(service_fn(move |request: Request<Body>| async move {
            let status = match request.uri().path() {
                "/status/204" => StatusCode::NO_CONTENT,
                "/status/304" => StatusCode::NOT_MODIFIED,
                _ => StatusCode::OK,
            };
            let body = match (request.uri().path(), request.method()) {
                _ if status != StatusCode::OK => Body::empty(),
                ("/large", _) => Body::from(large),
                (_, &Method::POST) => request.into_body(),
                _ => Body::from("hello from hyper\n"),
            };
            let mut response = Response::new(body);
            *response.status_mut() = status;
            Ok::<_, Infallible>(response)
        }))
    });
    Server::bind(&address).http2_only(true).serve(connection).await.unwrap();
}
