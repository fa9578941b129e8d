//! Whoever has pieces done: one job a piece, so many under way at a time, and one that was lost is asked again.

use std::sync::Arc;
use std::time::Duration;

use ballista::prelude::{SessionConfigExt as _, SessionContextExt as _};
use datafusion::arrow::array::{Array as _, AsArray as _};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::presence::{EVERY, Presence};
use super::roles::planning;
use super::{ClusterError, Piece, function, nobody};

/// So often a piece is asked of the engine before it is given up. What an executor was doing when it died the engine itself hands
/// out again, and does not count.
const TRIES: u32 = 3;

/// What is asked of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct HandOut<'a> {
    /// The scheduler: `host:port`.
    pub scheduler: &'a str,
    /// Pieces under way at a time, in all executors.
    pub at_a_time: usize,
    /// It is given up when for so long no executor was there.
    pub patience: Duration,
}

/// Has these pieces done, in whatever order, and tells of each when it is finished. The first that is refused ends it.
pub async fn hand_out<E: From<ClusterError>>(
    asked: HandOut<'_>,
    pieces: Vec<Piece>,
    finished: &mut dyn FnMut(u64) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let engine = Engine::reach(asked.scheduler).await.map_err(ClusterError::from)?;
    let mut pieces = pieces.into_iter();
    let mut under_way = JoinSet::new();
    for piece in pieces.by_ref().take(asked.at_a_time.max(1)) {
        under_way.spawn(engine.clone().done(piece));
    }
    let presence = engine.presence.clone();
    let nobody = presence.ends(asked.patience);
    tokio::pin!(nobody);
    loop {
        let done = tokio::select! {
            done = under_way.join_next() => done,
            error = &mut nobody => return Err(error.into()),
        };
        let Some(done) = done else { break };
        let number = done.map_err(|error| ClusterError::Engine(error.to_string()))??;
        finished(number)?;
        if let Some(piece) = pieces.next() {
            under_way.spawn(engine.clone().done(piece));
        }
    }
    Ok(())
}

/// A way to the scheduler.
#[derive(Clone)]
struct Engine {
    context: SessionContext,
    function: Arc<ScalarUDF>,
    presence: Presence,
}

impl Engine {
    async fn reach(scheduler: &str) -> Result<Self> {
        let state = planning(SessionConfig::new_with_ballista())?;
        let context = SessionContext::remote_with_state(&format!("http://{scheduler}"), state).await?;
        let function = Arc::new(function::with(nobody()));
        // Connecting has put the engine's own functions in the place of ours.
        context.register_udf(function.as_ref().clone());
        Ok(Self { context, function, presence: Presence::of(scheduler) })
    }

    async fn done(self, piece: Piece) -> std::result::Result<u64, ClusterError> {
        let mut tries = 0;
        loop {
            match self.ask(&piece).await {
                Ok(refused) if refused.is_empty() => return Ok(piece.number),
                Ok(refused) => return Err(ClusterError::Refused(refused)),
                Err(error) => {
                    // Whoever did it may be gone with the answer: what it left is found by the next. Without a scheduler nothing
                    // was tried, and somebody else counts how long that lasts.
                    tries += u32::from(self.presence.has_executor().await.is_some());
                    if tries == TRIES {
                        return Err(ClusterError::GaveUp { number: piece.number, why: error.to_string() });
                    }
                    sleep(EVERY).await;
                }
            }
        }
    }

    async fn ask(&self, piece: &Piece) -> Result<String> {
        let asked = self.context.read_empty()?.select(vec![function::of(&self.function, piece)])?;
        let batches = asked.collect().await?;
        let answers = batches.iter().flat_map(|batch| {
            let texts = batch.column(0).as_string::<i32>();
            (0..texts.len()).map(move |row| texts.value(row).to_owned())
        });
        let answers: Vec<String> = answers.collect();
        let [answer] = &answers[..] else {
            return Err(DataFusionError::Execution(format!("{} answers to one question", answers.len())));
        };
        Ok(answer.clone())
    }
}
