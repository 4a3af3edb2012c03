//! A process's resident memory, from `/proc/<pid>/status` (proc_pid_status(5)).

/// Resident memory in KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// `VmRSS`.
    pub now_kib: u64,
    /// `VmHWM`, the most it ever was.
    pub peak_kib: u64,
}

/// The process's memory; nothing when it is gone or the system has no `/proc`.
pub fn of(pid: u32) -> Option<Memory> {
    parse(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

fn parse(status: &str) -> Option<Memory> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    Some(Memory { now_kib: field("VmRSS:")?, peak_kib: field("VmHWM:")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_two_lines_it_needs() {
        let text = "Name:\thandler\nVmHWM:\t    9876 kB\nVmRSS:\t    5432 kB\nThreads:\t3\n";
        assert_eq!(parse(text), Some(Memory { now_kib: 5432, peak_kib: 9876 }));
        assert_eq!(parse("Name:\tzombie\n"), None);
    }
}
