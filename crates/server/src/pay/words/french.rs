//! The page in French. Says *vous* and keeps French typography; owns no logic.

use super::{
    Advice, CardForm, ChallengeWords, ClosedWords, Elsewhere, FaultWords, Progress, Reasons,
    ReceiptWords, Shell, Words,
};

pub(super) static WORDS: Words = Words {
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    date_and_time: |day, month, year, time| match day {
        1 => format!("1er\u{a0}{month}\u{a0}{year} à\u{a0}{time}"),
        _ => format!("{day}\u{a0}{month}\u{a0}{year} à\u{a0}{time}"),
    },
    shell: Shell {
        test_band: "MODE TEST — argent fictif",
        handled_for: |merchant| format!("Paiement traité par Encaisse pour {merchant}."),
        handled: "Paiements traités par Encaisse.",
        legal: "Mentions légales",
        language_name: "Français",
    },
    form: CardForm {
        title: |amount| format!("Payer {amount}"),
        title_refused: |amount| format!("Paiement refusé — Payer {amount}"),
        title_faulty: |amount| format!("À corriger — Payer {amount}"),
        items: |count| format!("{count}\u{a0}articles"),
        heading: "Par carte",
        accepted: "Cartes acceptées",
        number: "Numéro de carte",
        expiry: "Expiration (MM/AA)",
        expiry_example: "MM / AA",
        code: "Code de sécurité",
        code_three: "3\u{a0}chiffres au dos",
        code_four: "4\u{a0}chiffres au recto",
        holder: "Nom sur la carte",
        pay: |amount| format!("Payer {amount}"),
        paying: "Paiement en cours…",
        slow: "Votre banque prend son temps. Gardez cette page ouverte.",
        offline: "Pas de réponse. Gardez cette page ouverte\u{a0}: nous vérifions si le \
                  paiement est passé.",
        give_up: |merchant| format!("Annuler et revenir chez {merchant}"),
        time_left: |time| format!("Il reste {time} pour payer."),
        time_short: "Il reste moins de deux minutes pour payer.",
        test_card: "Carte d’essai\u{a0}: 4242\u{a0}4242\u{a0}4242\u{a0}4242, une date à venir, \
                    n’importe quel code.",
    },
    faults: FaultWords {
        summary: "Corrigez ce qui est indiqué ci-dessous, puis payez. Rien n’a été débité.",
        number_missing: "Saisissez le numéro de la carte.",
        number_incomplete: "Il manque des chiffres. Vérifiez le numéro sur la carte.",
        number_wrong: "Ce numéro contient une erreur. Vérifiez-le sur la carte.",
        expiry_missing: "Saisissez la date d’expiration.",
        expiry_incomplete: "Saisissez le mois et l’année, par exemple 05\u{a0}/\u{a0}28.",
        expiry_wrong: "Cette date n’existe pas. Saisissez le mois et l’année de la carte.",
        expiry_past: "Cette carte est expirée. Utilisez une autre carte.",
        code_missing: "Saisissez le code de sécurité.",
        code_wrong: "Vérifiez le code sur la carte.",
        code_three: "Saisissez les 3\u{a0}chiffres au dos de la carte.",
        code_four: "Saisissez les 4\u{a0}chiffres au recto de la carte.",
        holder: "Saisissez le nom tel qu’il est écrit sur la carte.",
    },
    reasons: REASONS,
    elsewhere: Elsewhere {
        heading: "Payer avec votre téléphone",
        hint: "Scannez ce code pour ouvrir cette page.",
        qr: "Code QR de cette page",
        link: "Lien de cette page",
        copy: "Copier le lien",
        copied: "Lien copié",
    },
    progress: Progress {
        processing: Advice {
            happened: "Votre banque examine le paiement",
            next: "La réponse s’affiche ici dans un instant. Gardez cette page ouverte.",
        },
        unknown: Advice {
            happened: "Nous ne savons pas encore si votre paiement est passé",
            next: "La réponse de la banque s’est perdue et nous la cherchons. Ne payez pas une \
                   seconde fois\u{a0}: cette page vous dira ce qu’il en est.",
        },
        refresh: "Actualiser la page",
        action: Advice {
            happened: "Votre banque vous demande de confirmer",
            next: "Confirmez ce paiement auprès de votre banque\u{202f}; vous reviendrez ensuite \
                   ici.",
        },
        go: "Continuer vers ma banque",
        failed: Advice {
            happened: "Cette page n’a pas pu être préparée",
            next: "Actualisez-la pour voir où en est le paiement, avant de payer de nouveau.",
        },
        missing: Advice {
            happened: "Aucun paiement à cette adresse",
            next: "Vérifiez le lien, ou demandez-en un nouveau au commerçant.",
        },
    },
    receipt: ReceiptWords {
        paid: "Payé",
        held: "Montant réservé",
        held_hint: "Le montant est réservé sur votre carte. Il sera débité quand le commerçant \
                    le confirmera.",
        title: "Reçu",
        date: "Date",
        card: "Carte",
        ending: |last4| format!("se terminant par {last4}"),
        other_card: "Carte",
        reference: "Référence",
        refunded: "Remboursé",
        keep: "Ouvrir le reçu",
        print: "Imprimer le reçu",
        go_on: |merchant| format!("Revenir chez {merchant}"),
        going_on: "Vous allez y être conduit dans un instant.",
    },
    closed: ClosedWords {
        expired: Advice {
            happened: "Ce lien de paiement a expiré",
            next: "Rien n’a été débité. Demandez un nouveau lien au commerçant.",
        },
        canceled: Advice {
            happened: "Ce paiement a été annulé",
            next: "Vous n’avez rien à payer avec ce lien. Pour toute question, adressez-vous au \
                   commerçant.",
        },
        used: Advice {
            happened: "Ce lien de paiement est déjà pris",
            next: "Il a été payé, ou quelqu’un paie avec en ce moment. Votre carte n’a pas été \
                   débitée. Si vous avez besoin d’un autre lien, demandez-le au commerçant.",
        },
        ended: Advice {
            happened: "Ce lien de paiement n’est plus disponible",
            next: "Rien n’a été débité. Demandez un nouveau lien au commerçant.",
        },
    },
    challenge: ChallengeWords {
        band: "SIMULATION — ceci n’est pas une banque",
        title: "Authentification simulée",
        hint: "Avec une vraie carte, la page de votre banque s’ouvrirait ici. Choisissez ce \
               qu’elle répondrait.",
        amount: "Montant",
        payee: "Commerçant",
        confirm: |amount| format!("Confirmer {amount}"),
        refuse: "Refuser le paiement",
    },
};

const REASONS: Reasons = Reasons {
    refused: Advice {
        happened: "Votre banque a refusé le paiement.",
        next: "Rien n’a été débité. Essayez une autre carte, ou appelez votre banque.",
    },
    call: Advice {
        happened: "Votre banque souhaite vous parler avant d’accepter le paiement.",
        next: "Rien n’a été débité. Appelez-la, ou essayez une autre carte.",
    },
    funds: Advice {
        happened: "Votre banque a refusé le paiement, faute de provision.",
        next: "Rien n’a été débité. Essayez une autre carte.",
    },
    limit: Advice {
        happened: "Votre carte a atteint son plafond.",
        next: "Rien n’a été débité. Essayez une autre carte, ou demandez à votre banque de le \
               relever.",
    },
    expired: Advice {
        happened: "Votre banque a refusé la carte, car elle est expirée.",
        next: "Rien n’a été débité. Vérifiez la date, ou essayez une autre carte.",
    },
    code: Advice {
        happened: "Le code de sécurité ne correspond pas à la carte.",
        next: "Rien n’a été débité. Vérifiez le code, puis payez.",
    },
    number: Advice {
        happened: "Ce numéro de carte n’est pas reconnu.",
        next: "Rien n’a été débité. Vérifiez le numéro, puis payez.",
    },
    unsupported: Advice {
        happened: "Votre carte ne permet pas ce paiement.",
        next: "Rien n’a été débité. Essayez une autre carte.",
    },
    partial: Advice {
        happened: "Votre banque n’a accepté qu’une partie du montant.",
        next: "Rien n’a été débité. Essayez une autre carte.",
    },
    authentication: Advice {
        happened: "Votre banque n’a pas reçu votre confirmation.",
        next: "Rien n’a été débité. Payez de nouveau et confirmez auprès d’elle, ou essayez une \
               autre carte.",
    },
    technical: Advice {
        happened: "Le paiement n’a pas pu aboutir pour une raison technique.",
        next: "Votre carte n’est pas débitée. Vous pouvez réessayer.",
    },
    test_card: Advice {
        happened: "Ceci est une carte d’essai.",
        next: "Payez avec votre propre carte.",
    },
    real_card: Advice {
        happened: "En mode test, seules les cartes d’essai sont acceptées.",
        next: "Votre carte n’a pas été utilisée. Prenez la carte d’essai ci-dessous.",
    },
};
