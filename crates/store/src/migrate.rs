//! Brings the tables up to date: one list, one statement each, never changed once released.
//!
//! Old code may run while a new schema is live, so a release only adds; what it no longer needs
//! goes in a later one.

use rusqlite::Connection;

use crate::Error;
use crate::dialect::TABLE_TAIL;
use crate::sqlite::WritingConnection;
use crate::statements::statements;

macro_rules! migration {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../../migrations/", $name, ".sql")),
        )
    };
}

const MIGRATIONS: &[(&str, &str)] = &[
    migration!("0001_create_merchants"),
    migration!("0002_create_users"),
    migration!("0003_index_users_by_email"),
    migration!("0004_create_api_keys"),
    migration!("0005_index_api_keys_by_secret"),
    migration!("0006_create_sessions"),
    migration!("0007_create_audit_entries"),
    migration!("0008_create_customers"),
    migration!("0009_index_customers_by_owner"),
    migration!("0010_create_payment_methods"),
    migration!("0011_index_payment_methods_by_customer"),
    migration!("0012_create_payments"),
    migration!("0013_index_payments_by_owner"),
    migration!("0014_create_attempts"),
    migration!("0015_index_attempts_by_owner"),
    migration!("0016_index_attempts_by_payment"),
    migration!("0017_index_attempts_by_trace"),
    migration!("0018_index_attempts_by_open_node"),
    migration!("0019_create_refunds"),
    migration!("0020_index_refunds_by_owner"),
    migration!("0021_index_refunds_by_payment"),
    migration!("0022_index_refunds_by_trace"),
    migration!("0023_index_refunds_by_open_node"),
    migration!("0024_create_transfers"),
    migration!("0025_index_transfers_by_resolved"),
    migration!("0026_index_transfers_by_payment"),
    migration!("0027_create_advices"),
    migration!("0028_index_advices_by_due"),
    migration!("0029_index_advices_by_payment"),
    migration!("0030_index_advices_by_trace"),
    migration!("0031_create_payment_steps"),
    migration!("0032_create_events"),
    migration!("0033_index_events_by_owner"),
    migration!("0034_create_idempotency_keys"),
    migration!("0035_index_idempotency_keys_by_age"),
    migration!("0036_create_checkout_sessions"),
    migration!("0037_index_checkout_sessions_by_owner"),
    migration!("0038_index_checkout_sessions_by_expiry"),
    migration!("0039_create_terminals"),
    migration!("0040_create_nodes"),
    migration!("0041_create_vault_keys"),
    migration!("0042_add_api_key_name"),
    migration!("0043_add_api_key_rights"),
    migration!("0044_add_api_key_expiry"),
    migration!("0045_add_api_key_last_use"),
    migration!("0046_index_api_keys_by_owner"),
    migration!("0047_add_merchant_platform"),
    migration!("0048_create_webhook_endpoints"),
    migration!("0049_index_webhook_endpoints_by_owner"),
    migration!("0050_create_webhook_deliveries"),
    migration!("0051_index_webhook_deliveries_by_position"),
    migration!("0052_index_webhook_deliveries_by_due"),
    migration!("0053_index_webhook_deliveries_by_endpoint"),
    migration!("0054_create_webhook_attempts"),
    migration!("0055_create_labels"),
    migration!("0056_create_products"),
    migration!("0057_index_products_by_owner"),
    migration!("0058_create_prices"),
    migration!("0059_index_prices_by_owner"),
    migration!("0060_index_prices_by_product"),
    migration!("0061_index_prices_by_lookup_key"),
    migration!("0062_add_checkout_session_customer_email"),
    migration!("0063_add_checkout_session_metadata"),
    migration!("0064_create_payment_links"),
    migration!("0065_index_payment_links_by_owner"),
    migration!("0066_add_checkout_session_payment_link"),
    migration!("0067_create_fee_rules"),
    migration!("0068_add_merchant_payout_delay"),
    migration!("0069_index_transfers_by_owner"),
    migration!("0070_create_balance_snapshots"),
    migration!("0071_create_balance_guards"),
    migration!("0072_create_payouts"),
    migration!("0073_index_payouts_by_owner"),
];

statements! {
    REGISTER = "CREATE TABLE IF NOT EXISTS schema_migrations (
        version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL)";
    APPLIED = "SELECT COUNT(*), COALESCE(MAX(version), 0) FROM schema_migrations";
    NOTE = "INSERT INTO schema_migrations (version, name) VALUES (?, ?)";
}

/// Applies every migration that is missing, all in one transaction.
///
/// # Errors
/// [`Error::Corrupt`] when the database has migrations this program does not know.
pub(crate) fn run(connection: &WritingConnection) -> Result<(), Error> {
    let transaction = connection.begin()?;
    apply(&transaction)?;
    Ok(transaction.commit()?)
}

pub(crate) fn apply(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch(REGISTER)?;
    let (count, last): (i64, i64) =
        connection.query_row(APPLIED, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if count != last || last > known {
        let text = format!("its tables are at {last}, this program knows {known}: upgrade it");
        return Err(Error::Corrupt(text));
    }
    for (version, (name, sql)) in (1_i64..).zip(MIGRATIONS) {
        if version > last {
            connection.execute_batch(&for_this_engine(sql))?;
            connection.execute(NOTE, (version, name))?;
        }
    }
    Ok(())
}

fn for_this_engine(sql: &str) -> String {
    let statement = sql.trim_end().trim_end_matches(';');
    let tail = if statement.starts_with("CREATE TABLE") {
        TABLE_TAIL
    } else {
        ""
    };
    [statement, tail].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_changes_nothing() {
        let connection = Connection::open_in_memory().unwrap();
        apply(&connection).unwrap();
        apply(&connection).unwrap();
        let count: i64 = connection.query_row(APPLIED, [], |row| row.get(0)).unwrap();
        assert_eq!(usize::try_from(count).unwrap(), MIGRATIONS.len());
    }

    #[test]
    fn a_database_of_a_later_version_is_refused_and_left_alone() {
        let connection = Connection::open_in_memory().unwrap();
        apply(&connection).unwrap();
        let later = i64::try_from(MIGRATIONS.len()).unwrap() + 1;
        connection.execute(NOTE, (later, "later")).unwrap();
        assert!(
            apply(&connection)
                .unwrap_err()
                .to_string()
                .contains("upgrade")
        );
    }

    #[test]
    fn files_and_list_agree() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<_> = MIGRATIONS
            .iter()
            .map(|(name, _)| format!("{name}.sql"))
            .collect();
        assert_eq!(files, listed);
    }
}
