//! The function that the engine calls: a piece in, "" or why it was refused out. The engine knows functions by name alone,
//! so every role registers it, and only an executor's does something.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, lit,
};

use super::{NotDone, Piece, Work};

/// Its name.
pub(super) const NAME: &str = "meres_part";

/// The function with this work behind it.
pub(super) fn with(work: Arc<Work>) -> ScalarUDF {
    let takes = vec![DataType::Utf8, DataType::UInt64, DataType::Utf8];
    // Volatile: whoever plans must not think that it could be worked out beforehand.
    ScalarUDF::new_from_impl(Part { signature: Signature::exact(takes, Volatility::Volatile), work })
}

/// The function asked of a piece.
pub(super) fn of(function: &ScalarUDF, piece: &Piece) -> Expr {
    function.call(vec![lit(piece.commission.as_str()), lit(piece.number), lit(piece.digest.as_str())])
}

struct Part {
    signature: Signature,
    work: Arc<Work>,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)
    }
}

// There is one such function in a process.
impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.work, &other.work)
    }
}
impl Eq for Part {}
impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

impl ScalarUDFImpl for Part {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        use ColumnarValue::Scalar;
        use ScalarValue::{UInt64, Utf8};
        let [Scalar(Utf8(Some(commission))), Scalar(UInt64(Some(number))), Scalar(Utf8(Some(digest)))] =
            &args.args[..]
        else {
            return Err(DataFusionError::Plan(format!("{NAME} is asked of one piece, in words")));
        };
        let piece = Piece { commission: commission.clone(), number: *number, digest: digest.clone() };
        match (self.work)(&piece) {
            Ok(()) => Ok(Scalar(Utf8(Some(String::new())))),
            Err(NotDone::Refused(why)) => Ok(Scalar(Utf8(Some(why)))),
            Err(NotDone::Failed(why)) => Err(DataFusionError::Execution(why)),
        }
    }
}
