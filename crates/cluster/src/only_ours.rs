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
