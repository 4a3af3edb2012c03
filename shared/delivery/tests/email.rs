//! E-mail, against a small SMTP server on this machine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use forebay_delivery::Delivery;
use forebay_ports::{AlertSender, Outgoing, PortError, Receipt, Secret};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

type Log = Arc<Mutex<Vec<String>>>;

/// Says yes to everything but to recipients at `gone.example` and `busy.example`.
async fn converse(stream: TcpStream, log: Log) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    let mut in_data = false;
    while let Some(line) = lines.next_line().await? {
        log.lock().unwrap().push(line.clone());
        let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
            "." if in_data => {
                in_data = false;
                b"250 taken\r\n"
            }
            _ if in_data => continue,
            "EHLO" => b"250-test\r\n250 AUTH PLAIN\r\n",
            // What it repeats is user and password, encoded.
            "AUTH" if line.contains("AGFsZXJ0cwB3cm9uZ") => b"535 no AGFsZXJ0cwB3cm9uZ\r\n",
            "AUTH" => b"235 welcome\r\n",
            "RCPT" if line.contains("@gone.example") => b"550 no such user\r\n",
            "RCPT" if line.contains("@busy.example") => b"451 greylisted, come later\r\n",
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            _ => b"250 fine\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

async fn server() -> (String, Log) {
    let log = Log::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap();
    let theirs = Arc::clone(&log);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, Arc::clone(&theirs)));
        }
    });
    (format!("smtp://alerts:s3cr%2Bet@{host}?from=forebay@example.com"), log)
}

async fn send(address: &str, recipient: &str) -> Result<Receipt, PortError> {
    let message = Outgoing::Email {
        recipients: vec![recipient.to_owned()],
        subject: "customer: 12 records".to_owned(),
        text: "12 records came.".to_owned(),
        html: "<p>12 records came.</p>".to_owned(),
    };
    Delivery.send("alert-1/mail", &message, &Secret::new(address, "1")).await
}

#[tokio::test]
async fn a_mail_arrives_as_text_and_as_html() {
    let (address, log) = server().await;
    send(&address, "Ops <ops@example.com>").await.unwrap();
    let log = log.lock().unwrap().join("\n");
    for part in [
        "MAIL FROM:<forebay@example.com>",
        "RCPT TO:<ops@example.com>",
        "Subject: customer: 12 records",
        "Message-ID: <alert-1-mail@forebay.invalid>",
        "12 records came.",
        "<p>12 records came.</p>",
        // alerts, then the password with its percent sequence decoded: \0alerts\0s3cr+et in base64.
        "AUTH PLAIN AGFsZXJ0cwBzM2NyK2V0",
    ] {
        assert!(log.contains(part), "{part} is not in\n{log}");
    }
}

#[tokio::test]
async fn refusals_for_good_and_for_now_are_told_apart() {
    let (address, _) = server().await;
    assert!(matches!(send(&address, "a@gone.example").await, Err(PortError::Rejected { .. })));
    let busy = send(&address, "a@busy.example").await.unwrap_err();
    assert!(matches!(busy, PortError::Transient { .. }) && busy.to_string().contains("greylisted"), "{busy}");
}

#[tokio::test]
async fn what_a_server_says_is_on_the_receipt_and_what_it_says_of_a_sign_in_nowhere() {
    let (address, _) = server().await;
    let receipt = send(&address, "ops@example.com").await.unwrap();
    assert_eq!((receipt.status.as_str(), receipt.said.as_deref()), ("SMTP code 250", Some("taken")));
    let wrong = send(&address.replace("s3cr%2Bet", "wrong"), "ops@example.com").await.unwrap_err();
    assert!(matches!(wrong, PortError::Unauthorized { .. }), "{wrong}");
    assert!(!wrong.to_string().contains("AGFs"), "{wrong}");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let (address, _) = server().await;
    let fault =
        async |address: &str, recipient: &str| send(address, recipient).await.unwrap_err().to_string();
    assert!(fault(&address, "nobody").await.contains("recipients[0]"));
    let senderless = address.split('?').next().unwrap().to_owned();
    assert!(fault(&senderless, "a@example.com").await.contains("?from="));
    assert!(fault("https://example.com", "a@example.com").await.contains("smtps://"));
    assert!(!fault(&senderless, "a@example.com").await.contains("s3cr"));
}
