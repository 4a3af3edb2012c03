//! A scripted SQL Server: speaks enough TDS (MS-TDS) for logins, batches, calls, transactions, errors and
//! cut connections. It executes nothing; a script says what to answer.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the client asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Login,
    /// A batch or a call, with everything in it that reads as text.
    Sql(String),
    Begin,
    Commit,
}

impl Asked {
    pub fn says(&self, part: &str) -> bool {
        matches!(self, Self::Sql(text) if text.contains(part))
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Answer {
    Done,
    /// One row of one BIGINT.
    Number(i64),
    /// An error with this number, severity 16.
    Error(u32),
    /// The connection is closed without an answer.
    Cut,
    /// Nothing, for ever.
    Silence,
    /// Another address, as a gateway answers a login.
    Elsewhere(u16),
}

type Script = Arc<dyn Fn(&Asked, usize) -> Answer + Send + Sync>;

pub struct SqlServer {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl SqlServer {
    /// `script` gets each request and how many equal ones came before it.
    pub async fn start(script: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, script): (_, Script) = (Arc::clone(&asked), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&script)));
            }
        });
        Self { port, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn count(&self, which: impl Fn(&Asked) -> bool) -> usize {
        self.asked().iter().filter(|a| which(a)).count()
    }

    pub fn connection_string(&self) -> String {
        format!("Server=tcp:127.0.0.1,{};Database=t;User ID=u;Password=p;Encrypt=DANGER_PLAINTEXT", self.port)
    }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<Asked>>>, script: Script) {
    while let Some((kind, payload)) = message(&mut stream).await {
        let asked = match kind {
            0x12 => {
                send(&mut stream, &prelogin()).await;
                continue;
            }
            0x10 => Asked::Login,
            0x0e if payload.get(22) == Some(&5) => Asked::Begin,
            0x0e => Asked::Commit,
            _ => Asked::Sql(readable(&payload)),
        };
        let before = {
            let mut log = log.lock().unwrap();
            let before = log.iter().filter(|a| **a == asked).count();
            log.push(asked.clone());
            before
        };
        match script(&asked, before) {
            Answer::Cut => return,
            Answer::Silence => std::future::pending::<()>().await,
            answer => send(&mut stream, &tokens(&asked, answer)).await,
        }
    }
}

/// One whole message: packets until the one marked as the last.
async fn message(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut payload = Vec::new();
    loop {
        let mut header = [0; 8];
        stream.read_exact(&mut header).await.ok()?;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]])) - 8;
        let start = payload.len();
        payload.resize(start + length, 0);
        stream.read_exact(&mut payload[start..]).await.ok()?;
        if header[1] & 1 == 1 {
            return Some((header[0], payload));
        }
    }
}

async fn send(stream: &mut TcpStream, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 8).unwrap().to_be_bytes();
    let mut packet = vec![4, 1, length[0], length[1], 0, 0, 1, 0];
    packet.extend_from_slice(payload);
    // A client that has gone away is part of some tests.
    let _ = stream.write_all(&packet).await;
}

/// Version and "no encryption".
fn prelogin() -> Vec<u8> {
    vec![0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2]
}

fn readable(payload: &[u8]) -> String {
    let of = |bytes: &[u8]| {
        let units = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or('.')).filter(|c| c.is_ascii()).collect::<String>()
    };
    // Texts may begin at odd offsets.
    of(payload) + &of(payload.get(1..).unwrap_or_default())
}

fn tokens(asked: &Asked, answer: Answer) -> Vec<u8> {
    let mut out = Vec::new();
    match (answer, asked) {
        (Answer::Error(number), _) => out.extend(error(number)),
        (Answer::Elsewhere(port), _) => {
            out.extend(login_ack());
            out.extend(routing(port));
        }
        (Answer::Number(number), _) => out.extend(one_row(number)),
        (_, Asked::Login) => out.extend(login_ack()),
        (_, Asked::Begin) => out.extend([0xe3, 11, 0, 8, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        (_, Asked::Commit) => out.extend([0xe3, 11, 0, 9, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0]),
        _ => {}
    }
    let (status, rows) = match answer {
        Answer::Error(_) => (2u16, 0u64),
        Answer::Number(_) => (0x10, 1),
        _ => (0, 0),
    };
    out.push(0xfd);
    out.extend(status.to_le_bytes());
    out.extend([0, 0]);
    out.extend(rows.to_le_bytes());
    out
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn token(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    out.extend(u16::try_from(body.len()).unwrap().to_le_bytes());
    out.extend(body);
    out
}

fn login_ack() -> Vec<u8> {
    let mut body = vec![1, 0x74, 0, 0, 4, 1];
    body.extend(utf16("x"));
    body.extend([16, 0, 0, 0]);
    token(0xad, &body)
}

fn error(number: u32) -> Vec<u8> {
    let message = "as the script says";
    let mut body = number.to_le_bytes().to_vec();
    body.extend([1, 16]);
    body.extend(u16::try_from(message.len()).unwrap().to_le_bytes());
    body.extend(utf16(message));
    body.extend([0, 0]);
    body.extend(1u32.to_le_bytes());
    token(0xaa, &body)
}

fn routing(port: u16) -> Vec<u8> {
    let host = "127.0.0.1";
    let mut value = vec![0];
    value.extend(port.to_le_bytes());
    value.extend(u16::try_from(host.len()).unwrap().to_le_bytes());
    value.extend(utf16(host));
    let mut body = vec![20];
    body.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
    body.extend(value);
    body.extend([0, 0]);
    token(0xe3, &body)
}

fn one_row(number: i64) -> Vec<u8> {
    // One nullable BIGINT column named "n", then its row.
    let mut out = vec![0x81, 1, 0, 0, 0, 0, 0, 1, 0, 0x26, 8, 1];
    out.extend(utf16("n"));
    out.extend([0xd1, 8]);
    out.extend(number.to_le_bytes());
    out
}
