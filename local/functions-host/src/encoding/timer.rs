//! The timer trigger's request.

use super::envelope::{Invocation, Members, request};
use crate::schedule::ScheduleStatus;

/// The body for one run of a timer.
///
/// `status` is what the monitor knows, or nothing when the timer is not monitored.
///
/// # Errors
/// Never for these values; the serializer's error is passed on all the same.
pub fn timer_request(
    binding: &str,
    status: Option<&ScheduleStatus>,
    is_past_due: bool,
    invocation: &Invocation<'_>,
) -> serde_json::Result<Vec<u8>> {
    let schedule = Members::default().object("AdjustForDST", &true)?;
    let info = Members::default()
        .object("Schedule", &schedule)?
        .object("ScheduleStatus", &status)?
        .object("IsPastDue", &is_past_due)?;
    request(&Members::default().object(binding, &info)?, Members::default(), invocation)
}

#[cfg(test)]
mod tests {
    use super::super::RetryContext;
    use super::*;
    use time::macros::datetime;
    use uuid::uuid;

    fn invocation<'a>(retry: Option<&'a RetryContext>) -> Invocation<'a> {
        Invocation {
            function: "azure",
            now: datetime!(2023-09-07 11:40:45.004_275 UTC),
            rand_guid: uuid!("35e6e68c-5583-436c-a277-5aec2b416ba8"),
            retry,
        }
    }

    fn text(status: Option<&ScheduleStatus>, past_due: bool, retry: Option<&RetryContext>) -> String {
        String::from_utf8(timer_request("timer", status, past_due, &invocation(retry)).unwrap()).unwrap()
    }

    #[test]
    fn without_a_monitor_the_bytes_are_the_captured_ones() {
        assert_eq!(
            text(None, false, None),
            r#"{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"azure","UtcNow":"2023-09-07T11:40:45.004275Z","RandGuid":"35e6e68c-5583-436c-a277-5aec2b416ba8"}}}"#
        );
    }

    #[test]
    fn with_a_monitor_the_status_is_an_object_of_three_instants() {
        let status = ScheduleStatus {
            last: datetime!(2026-09-24 13:08:00.009_603_5 UTC),
            next: datetime!(2026-09-24 13:09 UTC),
            last_updated: datetime!(2026-09-24 13:08:00.009_603_5 UTC),
        };
        assert_eq!(
            text(Some(&status), true, None),
            r#"{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-09-24T13:08:00.0096035+00:00","Next":"2026-09-24T13:09:00+00:00","LastUpdated":"2026-09-24T13:08:00.0096035+00:00"},"IsPastDue":true}},"Metadata":{"sys":{"MethodName":"azure","UtcNow":"2023-09-07T11:40:45.004275Z","RandGuid":"35e6e68c-5583-436c-a277-5aec2b416ba8"}}}"#
        );
    }

    #[test]
    fn a_retry_says_which_one_it_is() {
        let retry = RetryContext { retry_count: 1, max_retry_count: 5, error: "500".into() };
        assert_eq!(
            text(None, false, Some(&retry)),
            r#"{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"azure","UtcNow":"2023-09-07T11:40:45.004275Z","RandGuid":"35e6e68c-5583-436c-a277-5aec2b416ba8"},"RetryContext":{"RetryCount":1,"MaxRetryCount":5,"Exception":{"ClassName":"Microsoft.Azure.WebJobs.Host.FunctionInvocationException","Message":"Exception while executing function: Functions.azure","InnerException":{"ClassName":"System.Net.Http.HttpRequestException","Message":"500"}},"Instance":null,"State":{}}}}"#
        );
    }
}
