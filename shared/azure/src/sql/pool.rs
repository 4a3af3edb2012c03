//! Connections, lent and taken back.

use std::sync::Arc;
use std::time::Duration;

use bb8::{ManageConnection, Pool, PooledConnection, RunError};
use forebay_ports::PortError;

use super::SERVICE;
use super::config::Target;
use super::connection::Connection;

/// A place for a connection. The pool counts places; whoever is lent one opens its connection, and so
/// gets the error if that fails. (The pool itself would only say that time ran out.)
pub(super) struct Place(Option<Connection>);

pub(super) struct Places;

impl ManageConnection for Places {
    type Connection = Place;
    type Error = PortError;

    async fn connect(&self) -> Result<Place, PortError> {
        Ok(Place(None))
    }

    async fn is_valid(&self, _place: &mut Place) -> Result<(), PortError> {
        Ok(())
    }

    fn has_broken(&self, place: &mut Place) -> bool {
        place.0.as_ref().is_some_and(Connection::is_broken)
    }
}

/// Azure closes a connection after 30 minutes of silence; we do it before.
const IDLE: Duration = Duration::from_secs(5 * 60);

/// Long enough to be worth it, short enough to follow a failover or a changed role.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

pub(super) struct SqlPool {
    places: Pool<Places>,
    target: Arc<Target>,
}

impl SqlPool {
    pub(super) fn new(target: Target, connections: u32, patience: Duration) -> Self {
        let places = Pool::builder()
            .max_size(connections.max(1))
            .min_idle(0)
            .test_on_check_out(false)
            .idle_timeout(IDLE)
            .max_lifetime(LIFETIME)
            .connection_timeout(patience)
            .build_unchecked(Places);
        Self { places, target: Arc::new(target) }
    }

    /// An open connection, kept until the lease is dropped.
    pub(super) async fn lease(&self) -> Result<Lease, PortError> {
        let mut place = self.places.get_owned().await.map_err(|e| match e {
            RunError::User(error) => error,
            RunError::TimedOut => PortError::Throttled {
                service: SERVICE,
                detail: "all connections are in use".to_owned(),
                retry_after: None,
            },
        })?;
        if place.0.is_none() {
            place.0 = Some(Connection::open(&self.target).await?);
        }
        Ok(Lease { place })
    }
}

/// A connection on loan.
pub(super) struct Lease {
    place: PooledConnection<'static, Places>,
}

impl Lease {
    pub(super) fn connection(&mut self) -> Result<&mut Connection, PortError> {
        self.place.0.as_mut().ok_or_else(|| PortError::Transient {
            service: SERVICE,
            detail: "the connection was given up".to_owned(),
        })
    }

    /// Closes the connection; the place is free for another.
    pub(super) fn give_up(&mut self) {
        self.place.0 = None;
    }
}
