//! The real binary as a child process.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A server that is killed when it is dropped.
pub struct Process {
    pub child: Child,
    pub endpoint: String,
}

impl Process {
    pub fn start(data: &Path, port_file: &Path) -> Self {
        Self::start_with(Command::new(env!("CARGO_BIN_EXE_forebay-event-hubs")), data, port_file)
    }

    /// Starts the binary whose files cannot grow beyond `kibibytes`, like a disk that is full.
    pub fn start_on_small_disk(data: &Path, port_file: &Path, kibibytes: u32) -> Self {
        let mut command = Command::new("bash");
        // With the signal ignored, a write beyond the limit is cut short and then fails, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_forebay-event-hubs")]);
        Self::start_with(command, data, port_file)
    }

    fn start_with(mut command: Command, data: &Path, port_file: &Path) -> Self {
        let _ = std::fs::remove_file(port_file);
        let child = command
            .args(["--listen", "127.0.0.1:0", "--hub", "raw=1", "--consumer-group", "raw/transform"])
            .arg("--data")
            .arg(data)
            .arg("--port-file")
            .arg(port_file)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + crate::support::PATIENCE;
        let address = loop {
            match std::fs::read_to_string(port_file) {
                Ok(address) => break address,
                Err(_) => assert!(Instant::now() < deadline, "the server did not start"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        Self { child, endpoint: format!("amqp://{}", address.trim()) }
    }

    /// How many events partition 0 holds.
    pub async fn count(&self) -> usize {
        let properties = crate::support::producer(&self.endpoint, "raw")
            .await
            .get_partition_properties("0")
            .await
            .unwrap();
        usize::try_from(properties.last_enqueued_sequence_number + 1).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
