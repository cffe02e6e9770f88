//! An acquirer that does not answer: doubt is shown as such, and ends.

use serde_json::json;

use crate::encaisse::Encaisse;

#[tokio::test]
async fn a_lost_answer_is_processing_and_ends_undone() {
    let house = Encaisse::start().await;
    for number in ["4000000000550105", "4000000000550204", "4000000000550907"] {
        let unknown = house.charge(number, &[]).await.object();
        assert_eq!(unknown["status"], "processing", "{number}");
        let id = unknown["id"].as_str().unwrap();
        let error = house
            .post(&format!("/v1/payment_intents/{id}/cancel"), &[])
            .await
            .error(400);
        assert_eq!(error["code"], "payment_intent_unexpected_state");
        let path = format!("/v1/payment_intents/{id}");
        let ended = house
            .until(&path, |payment| payment["status"] != "processing")
            .await;
        assert_eq!(ended["status"], "requires_payment_method");
        assert_eq!(ended["last_payment_error"]["code"], "processing_error");
        assert_eq!(ended["amount_received"], 0);
    }
    house.finish().await;
}

#[tokio::test]
async fn a_slow_answer_and_a_double_one_are_answers() {
    let house = Encaisse::start().await;
    for number in ["4000000000550303", "4000000000550501"] {
        let paid = house.charge(number, &[]).await.object();
        assert_eq!(paid["status"], "succeeded", "{number}");
    }
    house.finish().await;
}

#[tokio::test]
async fn a_broken_connection_never_takes_money_twice_or_in_secret() {
    let house = Encaisse::start().await;
    for number in [
        "4000000000550402",
        "4000000000550600",
        "4000000000550709",
        "4000000000550808",
    ] {
        let answer = house.charge(number, &[]).await;
        let id = match answer.status {
            200 => answer.object()["id"].clone(),
            _ => answer.error(402)["payment_intent"]["id"].clone(),
        };
        let path = format!("/v1/payment_intents/{}", id.as_str().unwrap());
        let ended = house
            .until(&path, |payment| payment["status"] != "processing")
            .await;
        let took = ended["amount_received"] == json!(1250);
        assert_eq!(took, ended["status"] == "succeeded", "{number}: {ended}");
    }
    house.finish().await;
}
