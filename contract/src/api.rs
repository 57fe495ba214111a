//! The operations. `GET /api/v1/openapi.json` lists the same.

#[allow(clippy::wildcard_imports)]
use crate::*;
use crate::{Access, Code, Endpoint, Idempotency, Method, Right};

macro_rules! endpoints {
    ($($(#[doc = $doc:literal])* $name:ident = $method:ident $path:literal
        [$($query:literal),*] $body:ty => $status:literal $answer:ty,
        $access:expr, $key:ident, [$($problem:ident),*];)*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Endpoint for $name {
                type Body = $body;
                type Answer = $answer;
                const NAME: &'static str = stringify!($name);
                const SUMMARY: &'static str = concat!($($doc),*);
                const METHOD: Method = Method::$method;
                const PATH: &'static str = $path;
                const QUERY: &'static [&'static str] = &[$($query),*];
                const STATUS: u16 = $status;
                const ACCESS: Access = $access;
                const IDEMPOTENCY: Idempotency = Idempotency::$key;
                const PROBLEMS: &'static [Code] = &[$(Code::$problem),*];
            }
        )*

        /// Calls `$visit!(Name)` for each operation: how the OpenAPI document is made.
        #[cfg(feature = "openapi")]
        macro_rules! for_each_endpoint {
            ($visit:ident) => { $($visit!($name);)* };
        }
        #[cfg(feature = "openapi")]
        pub(crate) use for_each_endpoint;
    };
}

const PUBLIC: Access = Access::Public;
const BOOK: Access = Access::Person(Some(Right::Book));
const VIEW: Access = Access::Person(Some(Right::ViewReports));

endpoints! {
    /// The edge lives.
    GetHealth = Get "/api/v1/health" [] () => 200 Health, PUBLIC, Ignored, [];
    /// How each hospital is doing; answered whatever is down.
    GetStatus = Get "/api/v1/status" [] () => 200 Status, PUBLIC, Ignored, [];
    /// All hospitals.
    ListHospitals = Get "/api/v1/hospitals" [] () => 200 Hospitals, PUBLIC, Ignored, [];
    /// The rule pack in force (A13, A24).
    GetRules = Get "/api/v1/hospitals/{hospital}/rules" [] () => 200 Rules, PUBLIC, Ignored, [NotFound];
    /// Departments (A11).
    ListDepartments = Get "/api/v1/hospitals/{hospital}/departments" [] () => 200 Departments, PUBLIC, Ignored, [NotFound, HospitalUnavailable];
    /// Who has what (A02, A12).
    GetAvailability = Get "/api/v1/hospitals/{hospital}/departments/{department}/availability" ["from", "days"] () => 200 Availability, PUBLIC, Ignored, [NotFound, InvalidRequest, HospitalUnavailable];
    /// One doctor (A24).
    GetDoctor = Get "/api/v1/hospitals/{hospital}/doctors/{doctor}" [] () => 200 Doctor, PUBLIC, Ignored, [NotFound, HospitalUnavailable];
    /// One doctor's slots of a day (A12).
    ListSlots = Get "/api/v1/hospitals/{hospital}/doctors/{doctor}/slots" ["date"] () => 200 Slots, PUBLIC, Ignored, [NotFound, InvalidRequest, HospitalUnavailable];
    /// The public feed's manifest (SMART Scheduling Links).
    GetBulkManifest = Get "/api/v1/hospitals/{hospital}/$bulk-publish" ["_since"] () => 200 BulkManifest, PUBLIC, Ignored, [NotFound, InvalidRequest, HospitalUnavailable];
    /// A file of the public feed: `locations` or `schedules`, as NDJSON of FHIR.
    GetBulkFile = Get "/api/v1/hospitals/{hospital}/bulk/{file}" [] () => 200 BulkFile, PUBLIC, Ignored, [NotFound, HospitalUnavailable];
    /// A department's day in the public feed, as NDJSON of FHIR.
    GetBulkSlots = Get "/api/v1/hospitals/{hospital}/bulk/slots/{department}/{date}" [] () => 200 BulkFile, PUBLIC, Ignored, [NotFound, HospitalUnavailable];

    /// How a day was given out, for whoever wants to check (A25).
    GetRelease = Get "/api/v1/hospitals/{hospital}/releases/{date}" [] () => 200 Release, PUBLIC, Ignored, [NotFound, HospitalUnavailable];

    /// Sends a login code; the answer is the same for every phone.
    SendCode = Post "/api/v1/session/codes" [] CodeRequest => 202 CodeSent, Access::Anonymous, Ignored, [RateLimited];
    /// Logs in.
    LogIn = Post "/api/v1/session" [] LoginRequest => 201 SessionView, Access::Anonymous, Ignored, [CodeWrong, RateLimited];
    /// Who is logged in, and for whom they may act.
    GetSession = Get "/api/v1/session" [] () => 200 SessionView, Access::Session, Ignored, [];
    /// Logs out; the cookie is dead everywhere.
    LogOut = Delete "/api/v1/session" [] () => 204 (), Access::Session, Ignored, [];
    /// Allows WeChat messages, one for each template (B02); `not_found` where there are none.
    GiveConsents = Post "/api/v1/session/subscriptions" [] ConsentsRequest => 204 (), Access::Session, Ignored, [NotFound];
    /// Binds the caller to a patient record, or makes one (A09, A10).
    AddPerson = Post "/api/v1/people" [] NewPerson => 201 PersonRow, Access::Session, Needed, [IdentityNotConfirmed, IdempotencyKeyReused, RateLimited, HospitalUnavailable];
    /// One person.
    GetPerson = Get "/api/v1/people/{person}" [] () => 200 Person, Access::Person(None), Ignored, [];

    /// Keeps a slot (A14).
    PlaceHold = Post "/api/v1/people/{person}/holds" [] HoldRequest => 201 Hold, BOOK, Needed, [BookingBlocked, SlotTaken, OwnOverlap, LimitReached, NotBookable, IdempotencyKeyReused, WaitingRoom, RateLimited];
    /// A place in line for a slot of the day that is about to be given out, or is (A07).
    TakeTicket = Post "/api/v1/people/{person}/tickets" [] HoldRequest => 201 Ticket, BOOK, Ignored, [NotBookable, SlotTaken, RateLimited];
    /// How far a place in line is.
    GetTicket = Get "/api/v1/people/{person}/tickets/{ticket}" [] () => 200 Ticket, BOOK, Ignored, [];
    /// Gives a place in line up.
    LeaveTicket = Delete "/api/v1/people/{person}/tickets/{ticket}" [] () => 204 (), BOOK, Ignored, [];
    /// Gives a hold back.
    ReleaseHold = Delete "/api/v1/people/{person}/holds/{hold}" [] () => 204 (), BOOK, Ignored, [];
    /// Books what is held (A16, A17).
    Confirm = Post "/api/v1/people/{person}/appointments" [] ConfirmRequest => 201 Appointment, BOOK, Needed, [BookingBlocked, SlotTaken, OwnOverlap, LimitReached, NotBookable, HoldExpired, IdempotencyKeyReused];
    /// A person's appointments.
    ListAppointments = Get "/api/v1/people/{person}/appointments" ["limit", "cursor"] () => 200 Appointments, BOOK, Ignored, [InvalidRequest];
    /// One appointment.
    GetAppointment = Get "/api/v1/people/{person}/appointments/{appointment}" [] () => 200 Appointment, BOOK, Ignored, [];
    /// Cancels (A18-A20).
    Cancel = Post "/api/v1/people/{person}/appointments/{appointment}/cancel" [] CancelRequest => 200 Appointment, BOOK, Ignored, [PastDeadline, NotBookable];
    /// Moves (A18).
    Reschedule = Post "/api/v1/people/{person}/appointments/{appointment}/reschedule" [] RescheduleRequest => 200 Appointment, BOOK, Needed, [PastDeadline, BookingBlocked, SlotTaken, OwnOverlap, LimitReached, NotBookable, IdempotencyKeyReused, WaitingRoom, RateLimited];
    /// What became of a write whose outcome was not known.
    GetOutcome = Get "/api/v1/people/{person}/outcomes/{outcome}" [] () => 200 Outcome, BOOK, Ignored, [];

    /// Joins the waitlist (候补); the same wish again gives the same place in it.
    JoinWaitlist = Post "/api/v1/people/{person}/waitlist" [] WaitlistRequest => 201 WaitlistEntry, BOOK, Ignored, [BookingBlocked, LimitReached, NotBookable, PastDeadline];
    /// What a person waits for.
    ListWaitlist = Get "/api/v1/people/{person}/waitlist" ["limit", "cursor"] () => 200 Waitlist, BOOK, Ignored, [InvalidRequest];
    /// Leaves the waitlist, named by what is waited for.
    LeaveWaitlist = Delete "/api/v1/people/{person}/waitlist" [] LeaveRequest => 204 (), BOOK, Ignored, [];
    /// Leaves the waitlist, named by the entry's id.
    LeaveWaitlistEntry = Delete "/api/v1/people/{person}/waitlist/{entry}" [] () => 204 (), BOOK, Ignored, [];
    /// Places that are, or lately were, offered to a person.
    ListOffers = Get "/api/v1/people/{person}/offers" ["limit", "cursor"] () => 200 Offers, BOOK, Ignored, [InvalidRequest];
    /// Books what is offered; a booking that was to be kept until then is given up with it.
    AcceptOffer = Post "/api/v1/people/{person}/offers/{offer}/accept" [] () => 200 Appointment, BOOK, Ignored, [PastDeadline, BookingBlocked, SlotTaken, OwnOverlap, LimitReached, NotBookable, HoldExpired];
    /// Lets an offer go to the next; the place on the waitlist stays.
    DeclineOffer = Post "/api/v1/people/{person}/offers/{offer}/decline" [] () => 204 (), BOOK, Ignored, [];

    /// A person's reports (D13).
    ListReports = Get "/api/v1/people/{person}/reports" ["limit", "cursor"] () => 200 Reports, VIEW, Ignored, [InvalidRequest];
    /// One report (D13).
    GetReport = Get "/api/v1/people/{person}/reports/{report}" [] () => 200 Report, VIEW, Ignored, [];
    /// One report as the hospital's own document (D13).
    GetReportPdf = Get "/api/v1/people/{person}/reports/{report}/pdf" [] () => 200 Pdf, VIEW, Ignored, [];
}
