//! The audit trail: written with what it is about, counted by merchant and action.

use domain::{CaptureMethod, Owner};
use store::audit::{AuditAction, AuditEntry, count, insert};
use store::{Entry, Error};

use crate::engines::{Database, everywhere};
use crate::records::{NOW, entry, id, opened, owner};

fn line(owner: Owner, action: AuditAction) -> AuditEntry {
    AuditEntry {
        id: id(),
        owner,
        actor: "key_1".into(),
        action,
        subject: "pm_1".into(),
        origin: "192.0.2.1".into(),
        succeeded: true,
        created_at: NOW,
    }
}

async fn counted(database: &Database, owner: Owner, action: AuditAction) -> i64 {
    database.read(move |tx| count(tx, owner, action)).await
}

#[test]
fn a_line_is_written_with_the_payment_it_is_about_or_not_at_all() {
    everywhere(async |database| {
        let owner = owner();
        let step = opened(owner, CaptureMethod::Automatic);
        let audited = Entry {
            audit: vec![line(owner, AuditAction::Detokenise)],
            ..entry(step)
        };
        let other = Entry {
            id: id(),
            ..audited.clone()
        };
        database.store.apply("test", audited).await.unwrap();
        let refused = database.store.apply("test", other).await;
        assert!(matches!(refused, Err(Error::Conflict)));
        assert_eq!(counted(&database, owner, AuditAction::Detokenise).await, 1);
    });
}

#[test]
fn lines_are_counted_by_merchant_and_action() {
    everywhere(async |database| {
        let mine = owner();
        let lines = [
            (mine, AuditAction::LogIn),
            (mine, AuditAction::LogIn),
            (mine, AuditAction::LogOut),
            (mine, AuditAction::KeyUse),
            (mine, AuditAction::Administer),
            (owner(), AuditAction::LogIn),
        ];
        for (owner, action) in lines {
            let line = line(owner, action);
            database.write(move |tx| insert(tx, &line)).await;
        }
        assert_eq!(counted(&database, mine, AuditAction::LogIn).await, 2);
        assert_eq!(counted(&database, mine, AuditAction::LogOut).await, 1);
        assert_eq!(counted(&database, mine, AuditAction::Detokenise).await, 0);
        assert_eq!(counted(&database, owner(), AuditAction::LogIn).await, 0);
    });
}

#[test]
fn a_line_is_never_replaced() {
    everywhere(async |database| {
        let line = line(owner(), AuditAction::LogIn);
        let first = line.clone();
        database.write(move |tx| insert(tx, &first)).await;
        let again = database
            .store
            .write("test", move |tx| insert(tx, &line))
            .await;
        assert!(matches!(again, Err(Error::Exists("audit line"))));
    });
}
