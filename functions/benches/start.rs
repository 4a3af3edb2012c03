//! What serverless costs: from process start to the first HTTP answer, and the memory of an idle
//! process. The goals are 20 ms and 20 MiB.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops on error and reports")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};

struct Handler {
    child: Child,
    port: u16,
}

impl Handler {
    fn start(state: &std::path::Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_handler"))
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string())
            .env("FOREBAY_STATE", state)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, port }
    }

    /// As the host does: ask until anything answers.
    fn first_answer(&self) {
        let mut answer = [0; 9];
        loop {
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
                stream.read_exact(&mut answer).unwrap();
                assert_eq!(&answer, b"HTTP/1.1 ");
                return;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn bench(c: &mut Criterion) {
    let state = tempfile::tempdir().unwrap();
    let idle = Handler::start(state.path());
    idle.first_answer();
    println!("idle memory: {:.1} MiB resident", idle.resident_mib());
    drop(idle);
    let mut group = c.benchmark_group("handler");
    group.sample_size(20);
    group.bench_function("start_to_first_answer", |b| {
        b.iter_custom(|times| {
            let mut took = Duration::ZERO;
            for _ in 0..times {
                let started = Instant::now();
                let handler = Handler::start(state.path());
                handler.first_answer();
                took += started.elapsed();
            }
            took
        });
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
