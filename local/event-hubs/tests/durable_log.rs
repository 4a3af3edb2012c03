//! The partition log by itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{path::Path, time::Duration};

use bytes::Bytes;
use forebay_event_hubs::log::{
    Bound, Durability, LogOptions, NewEvent, Partition, Retention, StartPosition, StoredEvent,
};

const SMALL: LogOptions = LogOptions {
    durability: Durability::Disk,
    retention: Retention { age: None, bytes: None },
    segment_bytes: 2_000,
};

fn new(number: usize) -> NewEvent {
    let message = Bytes::from(format!("{number:0>100}"));
    NewEvent { partition_key: number.is_multiple_of(2).then(|| format!("key {number}")), message }
}

async fn append(partition: &Partition, numbers: std::ops::Range<usize>) {
    for number in numbers {
        partition.append(vec![new(number)]).await.unwrap();
    }
}

async fn read(partition: &Partition, start: StartPosition) -> Vec<StoredEvent> {
    let mut reader = partition.read_from(start).await.unwrap();
    let mut events = Vec::new();
    loop {
        let chunk = reader.next_chunk().await.unwrap();
        if chunk.is_empty() {
            return events;
        }
        events.extend(chunk);
    }
}

async fn sequences(partition: &Partition, start: StartPosition) -> Vec<i64> {
    read(partition, start).await.iter().map(|event| event.sequence).collect()
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn events_come_back_over_many_segments_and_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), SMALL).unwrap();
    append(&partition, 0..100).await;
    assert!(files(directory.path()).len() > 5);
    let before = read(&partition, StartPosition::Earliest).await;
    drop(partition);
    let again = Partition::open(directory.path(), SMALL).unwrap();
    assert_eq!(again.tail().next_sequence, 100);
    append(&again, 100..110).await;
    let after = read(&again, StartPosition::Earliest).await;
    assert_eq!(after[..100], before);
    for (number, event) in after.iter().enumerate() {
        let wanted = new(number);
        assert_eq!((&event.message, &event.partition_key), (&wanted.message, &wanted.partition_key));
        assert_eq!(event.sequence, i64::try_from(number).unwrap());
    }
}

#[tokio::test]
async fn every_start_position_finds_the_same_event_that_a_full_read_does() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), SMALL).unwrap();
    for start in (0..60).step_by(3) {
        append(&partition, start..start + 3).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let all = read(&partition, StartPosition::Earliest).await;
    let expect = |admitted: &dyn Fn(&StoredEvent) -> bool| -> Vec<i64> {
        all.iter().filter(|event| admitted(event)).map(|event| event.sequence).collect()
    };
    for event in &all {
        let StoredEvent { sequence, offset, enqueued_ms, .. } = *event;
        let cases: [(StartPosition, Vec<i64>); 6] = [
            (StartPosition::Sequence(Bound::After, sequence), expect(&|e| e.sequence > sequence)),
            (StartPosition::Sequence(Bound::From, sequence), expect(&|e| e.sequence >= sequence)),
            (StartPosition::Offset(Bound::After, offset), expect(&|e| e.offset > offset)),
            (StartPosition::Offset(Bound::From, offset), expect(&|e| e.offset >= offset)),
            (
                StartPosition::EnqueuedTime(Bound::After, enqueued_ms),
                expect(&|e| e.enqueued_ms > enqueued_ms),
            ),
            (
                StartPosition::EnqueuedTime(Bound::From, enqueued_ms),
                expect(&|e| e.enqueued_ms >= enqueued_ms),
            ),
        ];
        for (start, expected) in cases {
            assert_eq!(sequences(&partition, start).await, expected, "{start:?}");
        }
    }
    assert!(sequences(&partition, StartPosition::Latest).await.is_empty());
}

#[tokio::test]
async fn a_torn_end_is_cut_off_at_every_length_and_the_log_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), LogOptions::default()).unwrap();
    append(&partition, 0..3).await;
    let kept = partition.tail().end_offset;
    append(&partition, 3..4).await;
    drop(partition);
    let file = files(directory.path()).pop().unwrap();
    let whole = std::fs::read(&file).unwrap();
    for length in usize::try_from(kept).unwrap()..whole.len() {
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join(file.file_name().unwrap()), &whole[..length]).unwrap();
        let partition = Partition::open(copy.path(), LogOptions::default()).unwrap();
        assert_eq!((partition.tail().next_sequence, partition.tail().end_offset), (3, kept), "{length}");
        append(&partition, 7..8).await;
        assert_eq!(sequences(&partition, StartPosition::Earliest).await, [0, 1, 2, 3]);
    }
}

#[tokio::test]
async fn a_flipped_bit_at_the_end_is_cut_off_like_a_torn_write() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), LogOptions::default()).unwrap();
    append(&partition, 0..4).await;
    drop(partition);
    let file = files(directory.path()).pop().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let partition = Partition::open(directory.path(), LogOptions::default()).unwrap();
    assert_eq!(sequences(&partition, StartPosition::Earliest).await, [0, 1, 2]);
}

#[tokio::test]
async fn a_damaged_or_missing_closed_segment_is_an_error_and_never_a_silent_gap() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), SMALL).unwrap();
    append(&partition, 0..60).await;
    drop(partition);
    let middle = files(directory.path())[1].clone();
    let bytes = std::fs::read(&middle).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    std::fs::write(&middle, flipped).unwrap();
    let partition = Partition::open(directory.path(), SMALL).unwrap();
    let mut reader = partition.read_from(StartPosition::Earliest).await.unwrap();
    let error = loop {
        match reader.next_chunk().await {
            Ok(chunk) => assert!(!chunk.is_empty(), "the damage was not noticed"),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("damaged at offset"), "{error}");
    drop(partition);
    std::fs::remove_file(&middle).unwrap();
    let error = Partition::open(directory.path(), SMALL).unwrap_err();
    assert!(error.to_string().contains("should end at offset"), "{error}");
}

#[tokio::test]
async fn retention_by_size_drops_whole_old_segments_and_readers_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let retention = Retention { age: None, bytes: Some(5_000) };
    let partition = Partition::open(directory.path(), LogOptions { retention, ..SMALL }).unwrap();
    let mut early = partition.read_from(StartPosition::Earliest).await.unwrap();
    append(&partition, 0..100).await;
    let size: u64 = files(directory.path()).iter().map(|file| file.metadata().unwrap().len()).sum();
    assert!((5_000..10_000).contains(&size), "{size}");
    let begin = partition.begin_sequence();
    assert!(begin > 0);
    let kept: Vec<i64> = (begin..100).collect();
    assert_eq!(sequences(&partition, StartPosition::Earliest).await, kept);
    assert_eq!(sequences(&partition, StartPosition::Sequence(Bound::After, 0)).await, kept);
    assert_eq!(early.next_chunk().await.unwrap()[0].sequence, begin);
}

#[tokio::test]
async fn retention_by_age_empties_an_idle_partition_and_keeps_its_numbers() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), SMALL).unwrap();
    append(&partition, 0..50).await;
    let end = partition.tail().end_offset;
    drop(partition);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let retention = Retention { age: Some(Duration::from_millis(10)), bytes: None };
    let partition = Partition::open(directory.path(), LogOptions { retention, ..SMALL }).unwrap();
    for _ in 0..100 {
        if files(directory.path()).len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(read(&partition, StartPosition::Earliest).await.is_empty());
    drop(partition);
    let partition = Partition::open(directory.path(), SMALL).unwrap();
    assert_eq!((partition.begin_sequence(), partition.tail().end_offset), (50, end));
    append(&partition, 50..51).await;
    assert_eq!(sequences(&partition, StartPosition::Earliest).await, [50]);
}

#[tokio::test]
async fn a_batch_is_accepted_whole_and_keeps_its_order_among_many() {
    let directory = tempfile::tempdir().unwrap();
    let partition = Partition::open(directory.path(), LogOptions::default()).unwrap();
    let batches = (0..20).map(|batch: usize| {
        let partition = partition.clone();
        tokio::spawn(async move { partition.append((0..10).map(|n| new(batch * 10 + n)).collect()).await })
    });
    for batch in batches.collect::<Vec<_>>() {
        assert_eq!(batch.await.unwrap().unwrap().events, 10);
    }
    let events = read(&partition, StartPosition::Earliest).await;
    assert_eq!(events.len(), 200);
    for batch in events.chunks(10) {
        let numbers: Vec<usize> =
            batch.iter().map(|event| std::str::from_utf8(&event.message).unwrap().parse().unwrap()).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    }
}
