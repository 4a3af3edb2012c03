//! No credit for links that are refused.
//!
//! The AMQP library grants credit with every link it attaches, also when the target is null and a detach follows at
//! once. The JavaScript client may send between the two, and then waits a minute for the outcome. The service gives
//! no such credit.

use std::collections::HashSet;

use fe2o3_amqp::types::{
    definitions::Role,
    performatives::{Attach, Detach, Flow},
};

/// The links that are attached with a null target, by channel and handle.
#[derive(Debug, Default)]
pub(super) struct Refused {
    links: HashSet<([u8; 2], u32)>,
}

impl Refused {
    /// Looks at an Attach that is sent.
    pub fn attach(&mut self, channel: [u8; 2], performative: &[u8]) {
        let Ok(attach) = serde_amqp::from_slice::<Attach>(performative) else { return };
        if attach.role == Role::Receiver && attach.target.is_none() {
            self.links.insert((channel, attach.handle.0));
        }
    }

    /// Whether a Flow that is sent is credit for a refused link.
    pub fn is_credit(&self, channel: [u8; 2], performative: &[u8]) -> bool {
        if self.links.is_empty() {
            return false;
        }
        let handle = serde_amqp::from_slice::<Flow>(performative).ok().and_then(|flow| flow.handle);
        handle.is_some_and(|handle| self.links.contains(&(channel, handle.0)))
    }

    /// Looks at a Detach that is sent.
    pub fn detach(&mut self, channel: [u8; 2], performative: &[u8]) {
        if self.links.is_empty() {
            return;
        }
        if let Ok(detach) = serde_amqp::from_slice::<Detach>(performative) {
            self.links.remove(&(channel, detach.handle.0));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use fe2o3_amqp::types::messaging::Target;

    const CHANNEL: [u8; 2] = [0, 1];

    pub fn attach(handle: u32, target: Option<Target>) -> Vec<u8> {
        let attach = Attach {
            name: "link".into(),
            handle: handle.into(),
            role: Role::Receiver,
            snd_settle_mode: Default::default(),
            rcv_settle_mode: Default::default(),
            source: None,
            target: target.map(|target| Box::new(target.into())),
            unsettled: None,
            incomplete_unsettled: false,
            initial_delivery_count: None,
            max_message_size: None,
            offered_capabilities: None,
            desired_capabilities: None,
            properties: None,
        };
        serde_amqp::to_vec(&attach).unwrap()
    }

    fn flow(handle: Option<u32>) -> Vec<u8> {
        let flow = Flow {
            next_incoming_id: Some(0),
            incoming_window: 1,
            next_outgoing_id: 0,
            outgoing_window: 1,
            handle: handle.map(Into::into),
            delivery_count: None,
            link_credit: handle.map(|_| 200),
            available: None,
            drain: false,
            echo: false,
            properties: None,
        };
        serde_amqp::to_vec(&flow).unwrap()
    }

    #[test]
    fn only_credit_for_a_refused_link_is_left_out_and_only_until_it_is_detached() {
        let mut refused = Refused::default();
        refused.attach(CHANNEL, &attach(0, Some(Target::default())));
        refused.attach(CHANNEL, &attach(3, None));
        assert!(refused.is_credit(CHANNEL, &flow(Some(3))));
        assert!(!refused.is_credit(CHANNEL, &flow(Some(0))));
        assert!(!refused.is_credit(CHANNEL, &flow(None)));
        assert!(!refused.is_credit([0, 2], &flow(Some(3))));
        let detach = Detach { handle: 3.into(), closed: true, error: None };
        refused.detach(CHANNEL, &serde_amqp::to_vec(&detach).unwrap());
        assert!(!refused.is_credit(CHANNEL, &flow(Some(3))));
    }
}
