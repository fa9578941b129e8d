//! One service as it is not: which, and what of it. Typed as it stands in the form.

use offers::wording::pence;
use web::Form;

/// What was typed; an empty field changes nothing.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) service: String,
    /// Kilometres.
    pub(super) reach: String,
    /// Pounds.
    pub(super) cost: String,
    /// "true", "false" or nothing.
    pub(super) step_free: String,
    /// Places a session.
    pub(super) places: String,
}

impl Changed {
    pub(super) fn typed(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            service: text("service"),
            reach: text("service-reach"),
            cost: text("service-cost"),
            step_free: text("service-steps"),
            places: text("service-places"),
        }
    }

    /// As the program is told; nothing where nothing is to change.
    pub(super) fn told(&self) -> Result<Vec<String>, &'static str> {
        let fields = [&self.reach, &self.cost, &self.step_free, &self.places];
        if fields.iter().all(|field| field.is_empty()) {
            return if self.service.is_empty() {
                Ok(Vec::new())
            } else {
                Err("Say what of the service would be different")
            };
        }
        if self.service.is_empty() {
            return Err("Choose the service that would be different");
        }
        let mut told = vec![format!("--change-service={}", self.service)];
        if !self.reach.is_empty() {
            let reach = self.reach.parse::<i32>().ok().filter(|reach| (1..=200).contains(reach));
            let reach = reach.ok_or("Enter how far the service would reach, from 1 to 200 kilometres")?;
            told.push(format!("--change-radius={}", reach * 1_000));
        }
        if !self.cost.is_empty() {
            let pence = pence(&self.cost).filter(|pence| *pence <= 1_000_000);
            let pence = pence.ok_or("Enter what a session would cost in pounds, such as 2.50, or 0")?;
            told.push(format!("--change-cost={pence}"));
        }
        if ["true", "false"].contains(&self.step_free.as_str()) {
            told.push(format!("--change-step-free={}", self.step_free));
        }
        if !self.places.is_empty() {
            let places = self.places.parse::<i32>().ok().filter(|places| (0..=100_000).contains(places));
            let places = places.ok_or("Enter how many places a session would have, from 0 to 100000")?;
            told.push(format!("--change-capacity={places}"));
        }
        Ok(told)
    }
}
