//! The public directory: departments, doctors, and whose slots a schedule holds.
//!
//! Department = HealthcareService, doctor = PractitionerRole (a doctor in a department: one
//! person in two departments is two), schedule of a doctor = Schedule whose actor is that role.

use contract::{DepartmentRef, DoctorRef, Level, Map};

use crate::datatypes::{Address, Extension, Reference};
use crate::resources::{HealthcareService, Location, Practitioner, PractitionerRole, Schedule};
use crate::{Naming, Stored, names};

/// One hospital's directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Directory {
    /// Departments by catalogue code, those without one last.
    pub departments: Vec<Department>,
    /// Doctors by id.
    pub doctors: Vec<Doctor>,
    /// City, state and postal code, as far as a place of the hospital's says them.
    pub city: [Option<String>; 3],
}

/// A department.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Department {
    /// Id of the HealthcareService.
    pub id: String,
    /// Code of the national catalogue.
    pub code: Option<String>,
    /// As people say it.
    pub name: String,
    /// Where to go.
    pub location: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
}

/// A doctor in a department.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Doctor {
    /// Id of the PractitionerRole.
    pub id: String,
    /// Name.
    pub name: String,
    /// Title in words.
    pub title: Option<String>,
    /// Id of the department.
    pub department: String,
    /// Expert when any of the schedules is.
    pub level: Level,
    /// A few sentences for patients.
    pub introduction: Option<String>,
    /// Where visits take place.
    pub location: Option<String>,
    /// Whose slots are this doctor's.
    pub schedules: Vec<DoctorSchedule>,
}

/// A schedule of a doctor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DoctorSchedule {
    /// Id of the Schedule.
    pub id: String,
    /// Clinic type of its slots.
    pub level: Level,
}

impl Directory {
    /// Puts a directory together from everything that was found. Inactive entries, doctors
    /// without a department here and schedules of other things are left out.
    pub fn read(found: &[Stored], naming: &Naming) -> Self {
        let places: Map<&str, String> = found
            .iter()
            .filter(|stored| stored.kind() == "Location")
            .filter_map(|stored| {
                let place: Location = stored.read()?;
                Some((stored.id(), place.name.or(place.description)?))
            })
            .collect();
        let people: Map<&str, String> = found
            .iter()
            .filter(|stored| stored.kind() == "Practitioner")
            .filter_map(|stored| {
                let person: Practitioner = stored.read()?;
                Some((
                    stored.id(),
                    person
                        .name
                        .iter()
                        .find_map(crate::datatypes::HumanName::full)?,
                ))
            })
            .collect();
        let schedules = schedules(found);

        let mut departments: Vec<Department> = found
            .iter()
            .filter(|stored| stored.kind() == "HealthcareService")
            .filter_map(|stored| department(&stored.read()?, &places, naming))
            .collect();
        departments.sort_by(|a, b| {
            (a.code.is_none(), &a.code, &a.id).cmp(&(b.code.is_none(), &b.code, &b.id))
        });
        departments.dedup_by(|a, b| a.id == b.id);

        let mut doctors: Vec<Doctor> = found
            .iter()
            .filter(|stored| stored.kind() == "PractitionerRole")
            .filter_map(|stored| doctor(&stored.read()?, &people, &places, &schedules, naming))
            .filter(|doctor| departments.iter().any(|d| d.id == doctor.department))
            .collect();
        doctors.sort_by(|a, b| a.id.cmp(&b.id));
        doctors.dedup_by(|a, b| a.id == b.id);
        Self {
            departments,
            doctors,
            city: city(found).unwrap_or_default(),
        }
    }

    /// One department.
    pub fn department(&self, id: &str) -> Option<&Department> {
        self.departments
            .iter()
            .find(|department| department.id == id)
    }

    /// One doctor.
    pub fn doctor(&self, id: &str) -> Option<&Doctor> {
        self.doctors.iter().find(|doctor| doctor.id == id)
    }

    /// The doctors of a department.
    pub fn doctors_of<'a>(&'a self, department: &'a str) -> impl Iterator<Item = &'a Doctor> {
        self.doctors
            .iter()
            .filter(move |doctor| doctor.department == department)
    }

    /// Whose slots a schedule holds, and of which clinic type.
    pub fn of_schedule(&self, schedule: &str) -> Option<(&Doctor, Level)> {
        self.doctors.iter().find_map(|doctor| {
            let found = doctor.schedules.iter().find(|s| s.id == schedule)?;
            Some((doctor, found.level))
        })
    }
}

impl Department {
    /// As named elsewhere.
    pub fn to_ref(&self) -> DepartmentRef {
        DepartmentRef {
            id: self.id.as_str().into(),
            name: self.name.clone(),
        }
    }
}

impl Doctor {
    /// As named elsewhere.
    pub fn to_ref(&self) -> DoctorRef {
        DoctorRef {
            id: self.id.as_str().into(),
            name: self.name.clone(),
            title: self.title.clone(),
        }
    }
}

fn department(
    service: &HealthcareService,
    places: &Map<&str, String>,
    naming: &Naming,
) -> Option<Department> {
    if service.active == Some(false) {
        return None;
    }
    Some(Department {
        id: service.id.clone(),
        code: service
            .kind
            .iter()
            .find_map(|kind| kind.code(names::CATALOGUE_SYSTEM))
            .map(str::to_owned),
        name: service
            .name
            .clone()
            .or_else(|| Some(service.kind.first()?.label()?.to_owned()))?,
        location: place(&service.location, places),
        aliases: strings(&service.extension, &naming.extension(names::ALIAS)),
    })
}

fn doctor(
    role: &PractitionerRole,
    people: &Map<&str, String>,
    places: &Map<&str, String>,
    schedules: &[(String, DoctorSchedule)],
    naming: &Naming,
) -> Option<Doctor> {
    if role.active == Some(false) {
        return None;
    }
    let named = role
        .practitioner
        .id_of("Practitioner")
        .and_then(|id| people.get(id).cloned());
    let own: Vec<DoctorSchedule> = schedules
        .iter()
        .filter(|(actor, _)| *actor == role.id)
        .map(|(_, schedule)| schedule.clone())
        .collect();
    let expert = own.iter().any(|schedule| schedule.level == Level::Expert);
    Some(Doctor {
        name: named.or_else(|| role.practitioner.display.clone())?,
        title: role
            .code
            .iter()
            .find_map(|code| code.label())
            .map(str::to_owned),
        department: role
            .healthcare_service
            .iter()
            .find_map(|service| service.id_of("HealthcareService"))?
            .to_owned(),
        level: if expert {
            Level::Expert
        } else {
            Level::Ordinary
        },
        introduction: strings(&role.extension, &naming.extension(names::INTRODUCTION))
            .into_iter()
            .next(),
        location: place(&role.location, places),
        schedules: own,
        id: role.id.clone(),
    })
}

/// Each schedule with the role whose it is, in the order of their ids.
fn schedules(found: &[Stored]) -> Vec<(String, DoctorSchedule)> {
    let mut schedules: Vec<(String, DoctorSchedule)> = found
        .iter()
        .filter(|stored| stored.kind() == "Schedule")
        .filter_map(|stored| {
            let schedule: Schedule = stored.read()?;
            let actor = schedule
                .actor
                .iter()
                .find_map(|actor| actor.id_of("PractitionerRole"))?;
            let expert = schedule
                .service_type
                .iter()
                .any(|kind| kind.code(names::LEVEL_SYSTEM) == Some(Level::Expert.as_str()));
            let level = if expert {
                Level::Expert
            } else {
                Level::Ordinary
            };
            (schedule.active != Some(false)).then(|| {
                (
                    actor.to_owned(),
                    DoctorSchedule {
                        id: schedule.id.clone(),
                        level,
                    },
                )
            })
        })
        .collect();
    schedules.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
    schedules.dedup();
    schedules
}

fn place(references: &[Reference], places: &Map<&str, String>) -> Option<String> {
    references.iter().find_map(|reference| {
        let known = reference
            .id_of("Location")
            .and_then(|id| places.get(id).cloned());
        known.or_else(|| reference.display.clone())
    })
}

/// Of the place that says the most; the first of their ids, so that it stays the same.
fn city(found: &[Stored]) -> Option<[Option<String>; 3]> {
    let places = found.iter().filter(|stored| stored.kind() == "Location");
    let cities = places.filter_map(|stored| {
        let Address {
            city,
            state,
            postal_code,
        } = stored.read::<Location>()?.address;
        Some((stored.id(), [city, state, postal_code]))
    });
    let most = |city: &[Option<String>; 3]| city.iter().flatten().count();
    let best = cities.min_by_key(|(id, city)| (3 - most(city), *id));
    best.map(|(_, city)| city)
}

fn strings(extensions: &[Extension], url: &str) -> Vec<String> {
    extensions
        .iter()
        .filter(|extension| extension.url == url)
        .filter_map(|extension| extension.value_string.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(resources: Vec<Value>) -> Directory {
        let found: Vec<Stored> = resources.into_iter().filter_map(Stored::new).collect();
        Directory::read(&found, &Naming::default())
    }

    fn service(id: &str, code: &str) -> Value {
        json!({"resourceType":"HealthcareService","id":id,"active":true,"name":"心内科",
            "type":[{"coding":[{"system":"urn:banzhen:department-catalogue","code":code}],
                     "text":"心血管内科专业"}],
            "extension":[{"url":"urn:banzhen:ext:alias","valueString":"心血管内科"},
                         {"url":"urn:banzhen:ext:alias","valueString":"xnk"},
                         {"url":"urn:other","valueString":"no"}],
            "location":[{"reference":"Location/l1"}]})
    }

    fn role(id: &str, service: &str) -> Value {
        json!({"resourceType":"PractitionerRole","id":id,"active":true,
            "practitioner":{"reference":"Practitioner/p1","display":"王"},
            "code":[{"coding":[{"system":"urn:banzhen:title","code":"chief","display":"主任医师"}]}],
            "extension":[{"url":"urn:banzhen:ext:introduction","valueString":"擅长冠心病"}],
            "location":[{"reference":"Location/r1"}],
            "healthcareService":[{"reference":format!("HealthcareService/{service}")}]})
    }

    fn schedule(id: &str, role: &str, level: &str) -> Value {
        json!({"resourceType":"Schedule","id":id,
            "serviceType":[{"coding":[{"system":"urn:banzhen:level","code":level}]}],
            "actor":[{"reference":format!("PractitionerRole/{role}")}]})
    }

    fn place(id: &str, name: &str) -> Value {
        json!({"resourceType":"Location","id":id,"name":name})
    }

    #[test]
    fn a_doctor_is_a_role_in_a_department() {
        let directory = read(vec![
            place("l1", "门诊楼三层"),
            place("r1", "305 诊室"),
            json!({"resourceType":"Practitioner","id":"p1","name":[{"text":"王建国"}]}),
            role("d1", "s1"),
            service("s1", "03.04"),
            schedule("c1", "d1", "ordinary"),
            schedule("c2", "d1", "expert"),
        ]);
        let department = directory.department("s1").unwrap();
        assert_eq!(department.code.as_deref(), Some("03.04"));
        assert_eq!(department.location.as_deref(), Some("门诊楼三层"));
        assert_eq!(department.aliases, ["心血管内科", "xnk"]);
        let doctor = directory.doctor("d1").unwrap();
        assert_eq!(doctor.name, "王建国");
        assert_eq!(doctor.title.as_deref(), Some("主任医师"));
        assert_eq!(doctor.location.as_deref(), Some("305 诊室"));
        assert_eq!(doctor.introduction.as_deref(), Some("擅长冠心病"));
        assert_eq!(doctor.level, Level::Expert);
        let (whose, level) = directory.of_schedule("c1").unwrap();
        assert_eq!((whose.id.as_str(), level), ("d1", Level::Ordinary));
        assert_eq!(directory.doctors_of("s1").count(), 1);
    }

    #[test]
    fn the_city_is_that_of_the_place_that_says_most() {
        let place =
            |id: &str, address: Value| json!({"resourceType":"Location","id":id,"address":address});
        let whole = json!({"city":"江州市","state":"江东省","postalCode":"000168"});
        let directory = read(vec![
            place(
                "l3",
                json!({"city":"别处","state":"江东省","postalCode":"000169"}),
            ),
            place("l2", whole),
            place("l1", json!({"text":"人民路","city":"江州市"})),
        ]);
        let city = directory.city.each_ref().map(Option::as_deref);
        assert_eq!(city, [Some("江州市"), Some("江东省"), Some("000168")]);
        assert_eq!(read(Vec::new()).city, [None, None, None]);
    }

    #[test]
    fn what_is_no_longer_there_is_left_out() {
        let mut closed = service("s2", "10");
        closed["active"] = false.into();
        let mut gone = role("d2", "s1");
        gone["active"] = false.into();
        let mut old = schedule("c3", "d1", "ordinary");
        old["active"] = false.into();
        let directory = read(vec![
            service("s1", "03.04"),
            closed,
            gone,
            role("d1", "s1"),
            role("d3", "s2"),
            old,
        ]);
        assert_eq!(directory.departments.len(), 1);
        assert_eq!(
            directory
                .doctors
                .iter()
                .map(|d| d.id.as_str())
                .collect::<Vec<_>>(),
            ["d1"]
        );
        // Without the Practitioner the role's own display names the doctor.
        assert_eq!(directory.doctors[0].name, "王");
        assert!(directory.of_schedule("c3").is_none());
    }

    #[test]
    fn departments_stand_in_the_catalogues_order() {
        let mut bare = service("s0", "");
        bare["type"] = json!([]);
        let directory = read(vec![
            bare,
            service("s3", "10"),
            service("s1", "03.04"),
            service("s2", "03.01"),
        ]);
        let ids: Vec<&str> = directory
            .departments
            .iter()
            .map(|d| d.id.as_str())
            .collect();
        assert_eq!(ids, ["s2", "s1", "s3", "s0"]);
    }
}
