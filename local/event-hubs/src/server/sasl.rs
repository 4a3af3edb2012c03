//! SASL: every mechanism the clients may choose, and any credential. The server listens on loopback only.

use fe2o3_amqp::{
    acceptor::sasl_acceptor::{SaslAcceptor, SaslServerFrame},
    types::{
        primitives::{Array, Symbol},
        sasl::{SaslCode, SaslInit, SaslOutcome, SaslResponse},
    },
};

/// Says yes.
#[derive(Debug, Clone)]
pub(super) struct AnyCredential;

impl SaslAcceptor for AnyCredential {
    fn mechanisms(&self) -> Array<Symbol> {
        // MSSBCBS is what the service calls "the token follows on $cbs".
        ["MSSBCBS", "ANONYMOUS", "PLAIN", "EXTERNAL"].into_iter().map(Symbol::from).collect::<Vec<_>>().into()
    }

    fn on_init(&mut self, _init: SaslInit) -> SaslServerFrame {
        SaslServerFrame::Outcome(SaslOutcome { code: SaslCode::Ok, additional_data: None })
    }

    fn on_response(&mut self, _response: SaslResponse) -> SaslServerFrame {
        // No mechanism above asks a second question.
        SaslServerFrame::Outcome(SaslOutcome { code: SaslCode::Sys, additional_data: None })
    }
}
