//! The list of people for demonstrations and tests.

use serde_json::{Value, json};

use crate::plan::{
    World,
    person::{ConsentState, Person},
};

/// One row for each hospital and person, those with stories first.
pub fn rows<'a>(worlds: impl IntoIterator<Item = &'a World>) -> Vec<Value> {
    let mut rows: Vec<(usize, Value)> = worlds
        .into_iter()
        .flat_map(|world| {
            world
                .patients()
                .map(move |person| (person.index, row(world, person)))
        })
        .collect();
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(world: &World, person: &Person) -> Value {
    let acts_for: Vec<Value> = person
        .acts_for
        .iter()
        .filter(|proxy| proxy.state == ConsentState::Active)
        .map(|proxy| (proxy, &world.people[proxy.patient]))
        .filter(|(_, patient)| patient.known_at(world.profile))
        .map(|(proxy, patient)| {
            json!({
                "id_type": patient.id_type,
                "id_number": patient.id_number,
                "relation": proxy.relation,
                "rights": proxy.rights,
            })
        })
        .collect();
    json!({
        "hospital": world.profile.id(),
        "name": person.name,
        "id_type": person.id_type,
        "id_number": person.id_number,
        "phone": person.phone,
        "birth_date": person.birth.to_string(),
        "bound": person.bound,
        "acts_for": acts_for,
        "tags": person.tags,
        "story": person.story,
    })
}
