//! The end of a run: what clients were told is asked for again, and the books are judged.

use domain::PaymentId;
use engine::{Error, Reply};

use crate::checks::{self, Books, Told};
use crate::gate::Fate;
use crate::node::{Ended, Event, OWNER};
use crate::till::{self, Ask};

use super::Run;

impl Run {
    pub(super) fn books(&mut self) -> anyhow::Result<Books> {
        let node = self.node(0)?;
        let store = node.store.clone();
        Ok(node.block_on(Books::read(&store, OWNER))?)
    }

    pub(super) fn is_at_rest(&mut self) -> anyhow::Result<bool> {
        Ok(self.books()?.is_at_rest())
    }

    pub(super) fn judge(&mut self) -> anyhow::Result<()> {
        let told: Vec<Told> = self
            .tills
            .iter()
            .flat_map(|till| till.told.clone())
            .collect();
        let books = self.books()?;
        self.owed_minor = books.owed_minor();
        let found = checks::judge(&books, &self.world.journal(), &told)?;
        self.findings.extend(found);
        Ok(())
    }

    /// Every client asks everything again that they know the answer of: nothing may happen, and the
    /// answer stands.
    pub(super) fn repeat_all(&mut self) -> anyhow::Result<()> {
        for till in 0..self.tills.len() {
            let Some(client) = self.tills.get(till) else {
                continue;
            };
            let (name, payment) = (client.name.clone(), client.payment);
            for (ask, answer) in client.answered() {
                let reply = self.repeat(&name, ask.clone(), payment)?;
                let same = match reply {
                    Ok(reply) if reply.is_replay => is_same(&answer, &reply.answer.body),
                    _ => false,
                };
                if !same {
                    let key = &ask.key;
                    self.findings
                        .push(format!("{name}: the key {key} has no stable answer"));
                }
            }
        }
        Ok(())
    }

    pub(super) fn repeat(
        &mut self,
        name: &str,
        ask: Ask,
        payment: Option<PaymentId>,
    ) -> anyhow::Result<Result<Reply, Error>> {
        let node = self.node(0)?;
        let (app, name) = (node.app.clone(), name.to_owned());
        node.begin(async move { Ended::Answered(till::send(app, name, ask, payment).await) });
        loop {
            match node.next()? {
                Event::Arrived(waiting) => waiting.release(Fate::Deliver),
                Event::Ended(Ended::Answered(reply)) => return Ok(reply),
                Event::Ended(Ended::Worked(_)) => anyhow::bail!("a worker ended unasked"),
            }
        }
    }
}

/// Whether a client may be told `second` after `first`: the same, unless the first said that the
/// end is not known.
fn is_same(first: &[u8], second: &[u8]) -> bool {
    let told = Told::parse(&String::from_utf8_lossy(first));
    first == second || told.is_some_and(|told| !told.is_final())
}
