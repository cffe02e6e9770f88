//! A merchant's own program that is told what happened: a real socket, and answers as a test wants.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The longest a test waits for what it was promised.
const PATIENCE: Duration = Duration::from_secs(20);

/// One event as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Answer = dyn Fn(&Arrived) -> Response + Send + Sync;

#[derive(Clone)]
struct Desk {
    arrived: Arc<Mutex<Vec<Arrived>>>,
    answer: Arc<Answer>,
}

/// The program. It ends with the test.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    desk: Desk,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// One that accepts everything.
    pub(crate) async fn start() -> Self {
        Self::answering(|_| StatusCode::OK.into_response()).await
    }

    pub(crate) async fn answering(
        answer: impl Fn(&Arrived) -> Response + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Desk {
            arrived: Arc::default(),
            answer: Arc::new(answer),
        };
        let service = Router::new().fallback(receive).with_state(desk.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self {
            address,
            desk,
            _serving: serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.desk.arrived.lock().unwrap().clone()
    }

    /// Waits until so many events arrived.
    pub(crate) async fn until(&self, count: usize) -> Vec<Arrived> {
        let look = async {
            while self.arrived().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let all = tokio::time::timeout(PATIENCE, look).await;
        let arrived = self.arrived();
        assert!(all.is_ok(), "{} of {count} events arrived", arrived.len());
        arrived
    }
}

async fn receive(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> Response {
    let arrived = Arrived { headers, body };
    let answer = (desk.answer)(&arrived);
    desk.arrived.lock().unwrap().push(arrived);
    answer
}
