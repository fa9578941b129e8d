//! An executor does our work and no other: whoever reaches its port could otherwise have it read any file of the machine.

use std::sync::Arc;

use ballista_core::JobId;
use ballista_core::execution_plans::ShuffleWriterExec;
use ballista_executor::execution_engine::{DefaultExecutionEngine, ExecutionEngine, QueryStageExecutor};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::prelude::SessionConfig;

use super::function::NAME;

/// The engine of every executor, behind the question whether this is our work.
#[derive(Default)]
pub(super) struct OnlyOurs(DefaultExecutionEngine);

impl ExecutionEngine for OnlyOurs {
    fn create_query_stage_exec(
        &self,
        job: JobId,
        stage: usize,
        task: usize,
        partitions: Vec<usize>,
        plan: Arc<dyn ExecutionPlan>,
        folder: &str,
        config: &SessionConfig,
    ) -> Result<Arc<dyn QueryStageExecutor>> {
        // The name of a job becomes that of a folder.
        let is_name =
            job.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !is_ours(plan.as_ref()) || !is_name {
            return Err(DataFusionError::Plan(format!("this executor does {NAME} and nothing else")));
        }
        self.0.create_query_stage_exec(job, stage, task, partitions, plan, folder, config)
    }
}

/// Our function, asked of one piece in words, its answer written for whoever asked: nothing is read.
fn is_ours(plan: &dyn ExecutionPlan) -> bool {
    let child = |plan: &dyn ExecutionPlan| match plan.children()[..] {
        [only] => Some(only.clone()),
        _ => None,
    };
    let Some(projection) = plan.downcast_ref::<ShuffleWriterExec>().and_then(|writer| child(writer)) else {
        return false;
    };
    let Some(projection) = projection.downcast_ref::<ProjectionExec>() else { return false };
    let asks = projection.expr().iter().all(|asked| {
        let function = asked.expr.downcast_ref::<ScalarFunctionExpr>();
        function.is_some_and(|function| {
            function.name() == NAME
                && function.args().iter().all(|arg| arg.downcast_ref::<Literal>().is_some())
        })
    });
    asks && child(projection).is_some_and(|row| row.downcast_ref::<PlaceholderRowExec>().is_some())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
    use datafusion::logical_expr::{ScalarUDF, lit};
    use datafusion::prelude::{DataFrame, Expr, SessionContext, col};

    use super::super::{Piece, function, nobody};
    use super::*;

    /// Whether an executor would do this, written for whoever asked as the engine has it.
    async fn is_done(asked: DataFrame) -> bool {
        let plan = asked.create_physical_plan().await.expect("a plan");
        let folder = std::env::temp_dir().to_string_lossy().into_owned();
        is_ours(&ShuffleWriterExec::try_new(JobId::new("job"), 1, plan, folder).expect("a writer"))
    }

    fn select(context: &SessionContext, asked: Expr) -> DataFrame {
        context.read_empty().expect("a row").select(vec![asked]).expect("a question")
    }

    #[tokio::test]
    async fn only_our_function_asked_in_words_is_done() {
        let context = SessionContext::new();
        let ours: ScalarUDF = function::with(nobody());
        let piece = Piece { commission: "/srv/asked".to_owned(), number: 3, digest: "d".to_owned() };
        assert!(is_done(select(&context, function::of(&ours, &piece))).await);

        assert!(!is_done(select(&context, lit("anything"))).await);
        let asked = function::of(&ours, &piece);
        assert!(
            !is_done(select(&context, ours.call(vec![asked, lit(3_u64), lit("d")]))).await,
            "not in words"
        );
        let names: ArrayRef = Arc::new(StringArray::from(vec!["/etc/passwd", "b"]));
        let rows = RecordBatch::try_from_iter([("name", names)]).expect("rows");
        let rows = context.read_batch(rows).expect("a table");
        assert!(!is_done(rows.clone()).await);
        let of_rows = ours.call(vec![col("name"), lit(3_u64), lit("d")]);
        assert!(!is_done(rows.select(vec![of_rows]).expect("a question")).await);
    }
}
